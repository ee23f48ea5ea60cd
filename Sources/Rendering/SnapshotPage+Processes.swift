internal import Pools

/// Which processes hold a pool.
extension SnapshotPage {
  /// "by process haproxy (812) 26,102 (TIME_WAIT ≈17,890) · cron (7) 640", or with the bounds of a sample "by process
  /// haproxy (812) 24,300–27,100": as many as fit on a line.
  mutating func heldByProcess(_ pool: Pool) -> String? {
    let owners = (pool.owners ?? []).filter { $0.kind == .process }
    var text = ""
    for owner in owners {
      let item = TextWrap.printable(item(owner))
      if text.isEmpty {
        text = "by process " + item
        continue
      }
      let next = (style.isUnicode ? " · " : " | ") + item
      // Two blanks before, and room for " …" after.
      guard text.count + next.count + 6 <= style.columns else {
        text += style.isUnicode ? " …" : " ..."
        break
      }
      text += next
    }
    if text.isEmpty { return nil }
    return style.isUnicode ? text : TextWrap.ascii(text)
  }

  private mutating func item(_ owner: PoolOwner) -> String {
    let about = !owner.isInferred ? "" : style.isUnicode ? "≈" : "~"
    var ports = about + Decimal.grouped(owner.ports)
    if let bounds = owner.bounds, bounds.lowerBound < bounds.upperBound {
      ports =
        Decimal.grouped(bounds.lowerBound) + (style.isUnicode ? "–" : "-")
        + Decimal.grouped(bounds.upperBound)
    }
    let waiting =
      owner.timeWait == 0 ? "" : " (TIME_WAIT \(about)\(Decimal.grouped(owner.timeWait)))"
    return "\(names.owner(owner.name ?? "pid \(owner.id)")) \(ports)\(waiting)"
  }
}
