internal import Frames
internal import Pools

/// Who holds a pool.
extension SnapshotPage {
  /// "held by haproxy.service 26,102 (TIME_WAIT ≈17,890) · cron.service 640": by cgroup where there is one
  /// beside the root, else by user; as many as fit on a line.
  mutating func heldBy(_ pool: Pool) -> String? {
    guard let owners = pool.owners else { return nil }
    var text = ""
    for owner in PoolOwner.named(owners) {
      let item = TextWrap.printable(Sentences.holder(OwnerRecord(owner), style, &names))
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
}
