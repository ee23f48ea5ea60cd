internal import Frames
internal import Pools

/// Who holds ports as JSON: the same members wherever owners are.
enum HolderDocument {
  /// The array `owners`; null where owners were not counted.
  static func write(
    _ owners: [OwnerRecord]?, to json: inout JSONWriter, _ names: inout Names
  ) {
    guard let owners else { return json.null("owners") }
    json.array("owners") { json in
      for owner in owners {
        write(
          owner.kind.name, owner.id, name: owner.name, ports: owner.ports,
          timeWait: owner.timeWait, isInferred: owner.isInferred, to: &json, &names)
      }
    }
  }

  /// The same of a pool that was counted now, and what is certain of it.
  static func write(
    _ owners: [PoolOwner]?, to json: inout JSONWriter, _ names: inout Names
  ) {
    guard let owners else { return json.null("owners") }
    json.array("owners") { json in
      for owner in owners {
        write(
          owner.kind.rawValue, owner.id, name: owner.name, ports: owner.ports,
          timeWait: owner.timeWait, isInferred: owner.isInferred, to: &json, &names
        ) { json in
          json.member("inferred_ports", owner.inferredPorts)
          json.member("ports_low", owner.bounds?.lowerBound ?? owner.ports)
          json.member("ports_high", owner.bounds?.upperBound ?? owner.ports)
        }
      }
    }
  }

  private static func write(
    _ kind: String, _ id: UInt64, name: String?, ports: Int, timeWait: Int, isInferred: Bool,
    to json: inout JSONWriter, _ names: inout Names, _ more: (inout JSONWriter) -> Void = { _ in }
  ) {
    json.object { json in
      json.member("kind", kind)
      json.member("id", id)
      json.member("name", name.map { names.owner($0) })
      json.member("ports", ports)
      json.member("time_wait", timeWait)
      json.member("inferred", isInferred)
      more(&json)
    }
  }
}
