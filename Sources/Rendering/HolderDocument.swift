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

  /// The same of a pool that was counted now.
  static func write(
    _ owners: [PoolOwner]?, to json: inout JSONWriter, _ names: inout Names
  ) {
    guard let owners else { return json.null("owners") }
    json.array("owners") { json in
      for owner in owners {
        write(
          owner.kind.rawValue, owner.id, name: owner.name, ports: owner.ports,
          timeWait: owner.timeWait, isInferred: owner.isInferred, to: &json, &names)
      }
    }
  }

  private static func write(
    _ kind: String, _ id: UInt64, name: String?, ports: Int, timeWait: Int, isInferred: Bool,
    to json: inout JSONWriter, _ names: inout Names
  ) {
    json.object { json in
      json.member("kind", kind)
      json.member("id", id)
      json.member("name", name.map { names.owner($0) })
      json.member("ports", ports)
      json.member("time_wait", timeWait)
      json.member("inferred", isInferred)
    }
  }
}
