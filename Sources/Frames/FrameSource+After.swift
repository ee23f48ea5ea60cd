extension FrameSource {
  /// For sources that hold all their frames: what comes behind the last frame that `last` has seen.
  public mutating func frames(after last: FrameStamp, limit: Int) throws(Failure) -> [Frame] {
    let all = try frames(from: 0, through: .max, limit: .max)
    let seen = all.lastIndex { FrameStamp($0).isFolded(into: last) }
    return Array(all[(seen.map { $0 + 1 } ?? 0)...].prefix(max(0, limit)))
  }
}
