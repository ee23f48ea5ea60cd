internal import Inet
public import Owners

/// The document `ullage.owners/1` of all network namespaces, as JSON on one line.
public enum HostOwnersDocument {
  /// The document's bytes, with a line end: at most `mostOwners` of them.
  public static func json(
    _ host: HostOwners, host name: String, mostOwners: Int = .max, names: Names = Names()
  ) -> [UInt8] {
    var names = names
    var writer = JSONWriter()
    writer.object { json in
      json.member("schema", "ullage.owners/1")
      json.member("host", names.host(name))
      json.null("namespace")
      json.member("taken_at", Timestamp.rfc3339(nanoseconds: host.takenAtNanoseconds))
      json.member("duration_ns", host.durationNanoseconds)
      json.member("by", host.kind.rawValue)
      json.member("method", host.kind == .process ? "exact" : "rows")
      json.null("links_per_process")
      json.member("links_read", host.kind == .process ? host.linksRead : nil)
      json.member("protocol", host.transport.name)
      json.null("range")
      json.member("ports_in_use", host.ports)
      json.member("sockets", host.sockets)
      json.array("namespaces") { json in
        for namespace in host.namespaces { write(namespace, to: &json, &names) }
      }
      json.member("namespaces_refused", host.refusedCount)
      let shown = host.owners.prefix(mostOwners), rest = host.owners.dropFirst(mostOwners)
      json.array("owners") { json in
        for owner in shown {
          OwnersDocument.write(
            owner.owner, in: host.namespaces[owner.namespace].name, to: &json, &names)
        }
      }
      json.object("other") { json in
        json.member("owners", rest.count)
        json.member("ports_max", rest.map(\.owner.count.ports).max() ?? 0)
      }
      if host.kind == .process {
        let unseen = host.namespaces.compactMap(\.unseen)
        json.object("unseen") { json in OwnersDocument.write(sum(unseen), to: &json) }
      } else {
        json.null("unseen")
      }
      json.object("unknown") { json in
        OwnersDocument.write(sum(host.namespaces.map(\.unknown)), to: &json)
      }
      json.member("shared_sockets", host.sharedSockets)
      json.member("memory_age_ns", host.memoryAgeNanoseconds)
      json.flags(
        OwnersDocument.flags(host.leadingUnattributed) + host.notes.map { ($0.id, $0.text) })
    }
    writer.endLine()
    return writer.take()
  }

  private static func write(
    _ namespace: HostOwners.Namespace, to json: inout JSONWriter, _ names: inout Names
  ) {
    json.object { json in
      json.member("name", names.namespace(namespace.name))
      json.member("inode", namespace.inode)
      json.object("range") { json in
        json.member("low", namespace.range.low)
        json.member("high", namespace.range.high)
        json.member("size", namespace.range.count)
      }
      json.member("ports_in_use", namespace.ports)
      json.member("sockets", namespace.sockets)
      if let unseen = namespace.unseen {
        json.object("unseen") { json in OwnersDocument.write(unseen, to: &json) }
      } else {
        json.null("unseen")
      }
      json.object("unknown") { json in OwnersDocument.write(namespace.unknown, to: &json) }
    }
  }

  /// What stands in no owner's line, of all namespaces: ports of each are ports of their own.
  static func sum(_ counts: [OwnerCount]) -> OwnerCount {
    var sum = OwnerCount()
    for count in counts { sum.add(count) }
    return sum
  }
}
