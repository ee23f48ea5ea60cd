internal import Inet
public import Pools

extension FindingRecord {
  /// A finding as a record. The first argument is the place of its pool in the frame's list, or all ones; the
  /// others are the numbers that its id fixes, as far as they are known.
  public init(_ finding: Finding, place: Int?) {
    var arguments = [place.map { UInt64(max(0, $0)) } ?? Self.unknown]
    for item in Self.items(finding.id) {
      arguments.append(finding[item.name].map { Self.word($0 * item.scale) } ?? Self.unknown)
    }
    while arguments.count < Self.argumentCount { arguments.append(Self.unknown) }
    self.init(
      id: finding.id.rawValue, severity: finding.severity.rawValue, arguments: arguments)
  }

  /// The place of the pool that it is about, in the list of its frame; nil when it is about none.
  public var place: Int? {
    get {
      guard let word = arguments.first, word != Self.unknown else { return nil }
      return Int(exactly: word)
    }
    set {
      if !arguments.isEmpty { arguments[0] = newValue.map { UInt64(max(0, $0)) } ?? Self.unknown }
    }
  }

  /// The finding, with the evidence that the record and its pool in `frame` have; without advice. Nil when its
  /// id is none that we know: a newer program wrote it.
  public func finding(in frame: Frame) -> Finding? {
    guard let id = FindingID(rawValue: self.id) else { return nil }
    let record = place.flatMap { frame.pools.indices.contains($0) ? frame.pools[$0] : nil }
    var evidence: [FindingEvidence] = []
    for (index, item) in Self.items(id).enumerated() {
      let place = index + 1
      guard arguments.indices.contains(place), arguments[place] != Self.unknown else { continue }
      evidence.append(FindingEvidence(item.name, Double(arguments[place]) / item.scale))
    }
    func known(_ name: FindingEvidence.Name) -> Double? {
      evidence.first { $0.name == name }?.value
    }
    if let record {
      let pool = record.pool
      let held = pool.states.map { $0.total - min(pool.reclaimable, $0[.timeWait]) } ?? pool.inUse
      if let ports = known(.ports) {
        evidence.append(FindingEvidence(.share, min(1, ports / Double(max(1, held)))))
      }
      evidence += [
        FindingEvidence(.inUsePorts, pool.inUse), FindingEvidence(.capacityPorts, pool.capacity),
        FindingEvidence(.headroomPorts, pool.headroom), FindingEvidence(.usage, pool.usage),
      ]
    } else if let used = known(.used), let limit = known(.limit) {
      evidence.append(FindingEvidence(.usage, used / max(1, limit)))
    } else if let ports = known(.ports), let range = known(.rangePorts) {
      evidence.append(FindingEvidence(.share, min(1, ports / max(1, range))))
    }
    return Finding(
      id, FindingSeverity(rawValue: severity) ?? .exhausted, namespace: "", pool: record?.key,
      evidence: evidence, advice: [])
  }

  /// The argument that says that there is none.
  private static var unknown: UInt64 { .max }

  private static func word(_ value: Double) -> UInt64 {
    // Beyond 2^53 a Double counts no longer by ones; nothing here is as large.
    UInt64(min(max(0, value.rounded()), 9e15))
  }

  /// The numbers of an id, after the place: what they are, and how many of the word's units are one.
  private static func items(_ id: FindingID) -> [(name: FindingEvidence.Name, scale: Double)] {
    switch id {
    case .timeWait: [(.ports, 1), (.closesPerSecond, 1000), (.sustainablePerSecond, 1000)]
    case .synSent, .finWait2: [(.ports, 1), (.heldSeconds, 1000)]
    case .closeWait, .closing, .established, .bindHeld, .udpHeld: [(.ports, 1)]
    case .bindBeforeConnect: [(.ports, 1), (.isExact, 1), (.capacityPorts, 1)]
    case .listenerInRange: [(.ports, 1), (.listenerPorts, 1), (.idleBindPorts, 1)]
    case .reservedPorts: [(.ports, 1), (.rangePorts, 1), (.capacityPorts, 1)]
    case .oddRange: [(.rangePorts, 1)]
    case .narrowRange: [(.rangePorts, 1), (.capacityPorts, 1), (.sustainablePerSecond, 1000)]
    case .tcpMemory: [(.used, 1), (.limit, 1), (.pressure, 1)]
    case .timeWaitOverflow, .conntrackFull, .descriptors, .orphans, .neighbours:
      [(.used, 1), (.limit, 1), (.refused, 1)]
    }
  }
}
