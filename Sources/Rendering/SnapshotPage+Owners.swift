internal import Pools

/// Who holds a pool.
extension SnapshotPage {
  /// "held by haproxy.service 26,102 (TIME_WAIT ≈17,890) · cron.service 640": by cgroup where there is one
  /// beside the root, else by user; as many as fit on a line.
  mutating func heldBy(_ pool: Pool) -> String? {
    guard let owners = pool.owners else { return nil }
    let cgroups = owners.filter { $0.kind == .cgroup }
    let shown =
      cgroups.contains { $0.name != "/" } ? cgroups : owners.filter { $0.kind == .user }
    var text = ""
    for owner in shown {
      let item = TextWrap.printable(item(owner))
      if text.isEmpty {
        text = "held by " + item
        continue
      }
      let next = (style.isUnicode ? " · " : " | ") + item
      // Two blanks before, and room for " …" after.
      guard text.count + next.count + 6 <= style.columns else {
        return text + (style.isUnicode ? " …" : " ...")
      }
      text += next
    }
    if text.isEmpty { return nil }
    return style.isUnicode ? text : TextWrap.ascii(text)
  }

  private mutating func item(_ owner: PoolOwner) -> String {
    let name = owner.name ?? (owner.kind == .cgroup ? "cgroup \(owner.id)" : "uid \(owner.id)")
    let about = !owner.isInferred ? "" : style.isUnicode ? "≈" : "~"
    let waiting =
      owner.timeWait == 0 ? "" : " (TIME_WAIT \(about)\(Decimal.grouped(owner.timeWait)))"
    return "\(names.owner(name)) \(Decimal.grouped(owner.ports))\(waiting)"
  }
}
