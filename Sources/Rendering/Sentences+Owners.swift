internal import Frames
internal import Inet
internal import Pools

/// Who holds ports, in words.
extension Sentences {
  /// "haproxy.service 26,102 (TIME_WAIT ≈17,890)": what was divided by share, and not seen, is about so much.
  static func holder(_ owner: OwnerRecord, _ style: Style, _ names: inout Names) -> String {
    let about = !owner.isInferred ? "" : style.isUnicode ? "≈" : "~"
    let waiting =
      owner.timeWait == 0 ? "" : " (TIME_WAIT \(about)\(Decimal.grouped(owner.timeWait)))"
    return "\(names.owner(owner.name)) \(Decimal.grouped(owner.ports))\(waiting)"
  }

  /// "haproxy.service holds 26,102 of them"; nil where it is not known.
  static func mostHeld(_ pool: PoolRecord, in frame: Frame, _ names: inout Names) -> String? {
    guard let owner = frame.topOwner(of: pool), owner.ports > 0 else { return nil }
    let about = owner.isInferred ? "about " : ""
    return "\(names.owner(owner.name)) holds \(about)\(Decimal.grouped(owner.ports))"
  }
}

extension Snapshot {
  /// Who holds the pool that a finding is about, most first; nil where that was not counted.
  func owners(of finding: Finding) -> [PoolOwner]? {
    let namespace = namespaces.first { $0.name == finding.namespace }
    return namespace?.pools.first { $0.key == finding.pool }?.owners
  }
}
