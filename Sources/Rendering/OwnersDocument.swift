internal import Inet
public import Owners

/// The document `ullage.owners/1`, as JSON on one line.
public enum OwnersDocument {
  /// The document's bytes, with a line end: at most `mostOwners` of them.
  public static func json(
    _ ranking: OwnerRanking, host: String, namespace: String, mostOwners: Int = .max,
    names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var writer = JSONWriter()
    writer.object { json in
      json.member("schema", "ullage.owners/1")
      json.member("host", names.host(host))
      json.member("namespace", names.namespace(namespace))
      json.member("taken_at", Timestamp.rfc3339(nanoseconds: ranking.takenAtNanoseconds))
      json.member("duration_ns", ranking.durationNanoseconds)
      json.member("by", ranking.kind.rawValue)
      writeMethod(ranking, to: &json)
      json.member("protocol", ranking.transport.name)
      json.object("range") { json in
        json.member("low", ranking.range.low)
        json.member("high", ranking.range.high)
        json.member("size", ranking.range.count)
      }
      json.member("ports_in_use", ranking.ports)
      json.member("sockets", ranking.sockets)
      let shown = ranking.owners.prefix(mostOwners), rest = ranking.owners.dropFirst(mostOwners)
      json.array("owners") { json in
        for owner in shown { write(owner, to: &json, &names) }
      }
      json.object("other") { json in
        json.member("owners", rest.count)
        json.member("ports_max", rest.map(\.count.ports).max() ?? 0)
      }
      if let unseen = ranking.unseen {
        json.object("unseen") { json in write(unseen, to: &json) }
      } else {
        json.null("unseen")
      }
      json.object("unknown") { json in write(ranking.unknown, to: &json) }
      json.member("shared_sockets", ranking.sharedSockets)
      json.member("memory_age_ns", ranking.memoryAgeNanoseconds)
      json.flags(
        flags(ranking.leadingUnattributed) + ranking.notes.map { ($0.id, $0.text) })
    }
    writer.endLine()
    return writer.take()
  }

  /// What a reader of the first owner alone must know.
  static func flags(_ unattributed: Unattributed?) -> [(String, String)] {
    unattributed.map { [("owners_mostly_unknown", Sentences.unattributed($0))] } ?? []
  }

  private static func writeMethod(_ ranking: OwnerRanking, to json: inout JSONWriter) {
    switch ranking.method {
    case .rows: json.member("method", "rows")
    case .exact: json.member("method", "exact")
    case .sampled: json.member("method", "sampled")
    }
    var links: Int?
    if case .sampled(let count) = ranking.method { links = count }
    json.member("links_per_process", links)
    json.member("links_read", ranking.method == .rows ? nil : ranking.linksRead)
  }

  static func write(
    _ owner: RankedOwner, in namespace: String? = nil, to json: inout JSONWriter,
    _ names: inout Names
  ) {
    json.object { json in
      if let namespace { json.member("namespace", names.namespace(namespace)) }
      var kind = OwnerKind.process
      if case .cgroup = owner.identity { kind = .cgroup }
      if case .user = owner.identity { kind = .user }
      json.member("kind", kind.rawValue)
      json.member("id", owner.id)
      json.member("name", names.owner(owner.name))
      json.member("ports", owner.count.ports)
      json.member("time_wait", owner.count.states[.timeWait])
      json.member("inferred", owner.count.inferred > 0)
      json.member("inferred_sockets", owner.count.inferred)
      json.member("sockets", owner.count.sockets)
      json.member("sockets_low", owner.socketsLow)
      json.member("sockets_high", owner.sample?.bounds.upperBound ?? owner.count.sockets)
      json.member("ports_bound", owner.portsBound)
      json.object("states") { json in
        PoolDocument.writeNonZero(owner.count.states, to: &json)
      }
      json.member("pools", owner.count.pools)
      if let tuple = owner.count.tightest {
        json.object("most_to") { json in
          json.member("source", names.text(tuple.source))
          json.member("destination", names.text(tuple.destination))
          json.member("port", tuple.port)
          json.member("interface", tuple.interface == 0 ? nil : tuple.interface)
          json.member("ports", owner.count.tightestPorts)
        }
      } else {
        json.null("most_to")
      }
      writeDetails(owner, to: &json, &names)
    }
  }

  /// What the name stands for: the members of the owner's kind alone.
  private static func writeDetails(
    _ owner: RankedOwner, to json: inout JSONWriter, _ names: inout Names
  ) {
    switch owner.identity {
    case .user: break
    case .process(let process):
      json.member("command", process.command.map { names.freeText($0) })
      json.member("uid", process.userID)
      json.member("elsewhere", process.isElsewhere)
    case .cgroup(_, let meaning):
      json.member("gone", owner.isGone)
      json.array("cgroups") { json in
        for member in owner.members {
          json.object { json in
            json.member("id", member.id)
            json.member("path", names.freeText(member.path))
          }
        }
      }
      json.member("path", meaning.map { names.freeText($0.path) })
      json.member("unit", meaning?.unit.map { names.freeText($0) })
      json.member("slice", meaning?.slice.map { names.freeText($0) })
      if let container = meaning?.container {
        json.object("container") { json in
          json.member("runtime", container.runtime)
          json.member("id", names.freeText(container.id))
        }
      } else {
        json.null("container")
      }
      json.member("pod", meaning?.pod.map { names.freeText($0) })
      json.member("uid", meaning?.userID)
      json.member("session", meaning?.session.map { names.freeText($0) })
    }
  }

  static func write(_ count: OwnerCount, to json: inout JSONWriter) {
    json.member("ports", count.ports)
    json.member("sockets", count.sockets)
    json.object("states") { json in PoolDocument.writeNonZero(count.states, to: &json) }
  }
}

extension RankedOwner {
  /// Its sockets at least: what was seen, or what a sample bounds.
  var socketsLow: Int { sample?.bounds.lowerBound ?? count.sockets - count.inferred }

  /// What the number of its ports is: counted, an upper bound, or divided in part.
  var portsBound: String {
    if sample != nil { return "upper" }
    return count.inferred > 0 ? "estimate" : "exact"
  }
}
