internal import Frames
internal import Inet
internal import Owners
internal import Pools

/// Who holds ports, in words.
extension Sentences {
  /// "haproxy.service ≈26,102 (TIME_WAIT ≈17,890)": what was divided by share, and not seen, is about so much.
  static func holder(_ owner: OwnerRecord, _ style: Style, _ names: inout Names) -> String {
    let about = !owner.isInferred ? "" : style.isUnicode ? "≈" : "~"
    let waiting =
      owner.timeWait == 0 ? "" : " (TIME_WAIT \(about)\(Decimal.grouped(owner.timeWait)))"
    return "\(names.owner(owner.name)) \(about)\(Decimal.grouped(owner.ports))\(waiting)"
  }

  /// "haproxy.service holds 26,102 of them"; nil where it is not known.
  static func mostHeld(_ pool: PoolRecord, in frame: Frame, _ names: inout Names) -> String? {
    guard let owner = frame.topOwner(of: pool), owner.ports > 0 else { return nil }
    let about = owner.isInferred ? "about " : ""
    return "\(names.owner(owner.name)) holds \(about)\(Decimal.grouped(owner.ports))"
  }
}

/// Who holds ports, ranked, in words.
extension Sentences {
  /// "≈" where part of what is counted was divided by share, and not seen.
  static func about(_ count: OwnerCount, _ style: Style) -> String {
    count.inferred == 0 ? "" : style.isUnicode ? "≈" : "~"
  }

  /// What stands behind an owner's name: " (gone)", " (other namespace)", or nothing.
  static func mark(_ owner: RankedOwner) -> String {
    if owner.isGone { return " (gone)" }
    guard case .process(let process) = owner.identity else { return "" }
    return process.isElsewhere ? " (other namespace)" : ""
  }

  /// "2,000 of 2,020 held ports have no known owner (2,000 sockets in TIME_WAIT)".
  static func unattributed(_ found: Unattributed) -> String {
    let waiting = found.unknown.states[.timeWait]
    let parts = [
      (waiting, "in TIME_WAIT"), (found.unknown.sockets - waiting, "that nobody has open any more"),
      (found.unseen.sockets, "whose holder was not seen"),
    ].filter { $0.0 > 0 }.map { count, what in
      "\(Decimal.grouped(count)) socket\(count == 1 ? "" : "s") \(what)"
    }
    return
      "\(Decimal.grouped(found.ports)) of \(Decimal.grouped(found.held)) held ports have no known "
      + "owner (\(parts.joined(separator: ", ")))"
  }

  /// What a table of owners says below it where sockets were divided, some of them perhaps as a collector saw them.
  static func dividedLegend(isRecalled: Bool) -> String {
    "≈ TIME_WAIT and orphans have no owner any more: they count for "
      + (isRecalled ? "those whom the collector last saw with them, or else for " : "")
      + "the owners of living sockets to the same destination, in proportion"
  }

  /// Why a living socket may be without holder.
  static var notSeen: String {
    "not seen: sockets of processes that we may not look into, on their way in a message, in an "
      + "io_uring, or of processes that ended while we looked"
  }
}

extension Snapshot {
  /// Who holds the pool that a finding is about, most first; nil where that was not counted.
  func owners(of finding: Finding) -> [PoolOwner]? {
    let namespace = namespaces.first { $0.name == finding.namespace }
    return namespace?.pools.first { $0.key == finding.pool }?.owners
  }
}
