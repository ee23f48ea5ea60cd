internal import Inet
internal import Pools

/// An element of a snapshot's `namespaces` that was not counted: the keys of the others, null where only a
/// count would tell.
extension NamespaceDocument {
  static func write(
    _ namespace: UncountedNamespace, to json: inout JSONWriter, _ names: inout Names
  ) {
    json.object { json in
      json.member("name", names.namespace(namespace.name))
      json.member("inode", namespace.inode)
      json.member("cookie", namespace.cookie)
      json.member("method", namespace.usageMaximum == nil ? nil : "bound")
      if let usage = namespace.usageMaximum {
        json.member("usage_max", roundedUp(usage), places: 4)
      } else {
        json.null("usage_max")
      }
      writeOwnTable(namespace.ownsTable, to: &json)
      if let range = namespace.range {
        json.object("range") { json in
          json.member("low", range.low)
          json.member("high", range.high)
          json.member("size", range.count)
          json.member("reserved", namespace.capacity.map { max(0, range.count - $0) })
          json.null("blocked")
          json.null("blocked_bound")
          json.array("blocked_ports") { _ in }
        }
      } else {
        json.null("range")
      }
      json.null("settings")
      json.object("tcp") { json in
        json.member("sockets", namespace.tcpSockets)
        json.null("ports_in_use")
        json.null("states")
        json.member("time_wait", namespace.timeWait)
      }
      json.object("udp") { json in
        json.member("sockets", namespace.udpSockets)
        json.null("ports_in_use")
      }
      json.array("addresses") { _ in }
      json.array("pools") { _ in }
      json.object("pools_total") { json in
        for kind in PoolKind.allCases { json.null(kind.rawValue) }
      }
      json.null("other")
      json.object("failures") { json in json.null("connect_attributed") }
    }
  }

  /// Whether the TCP table is the namespace's own; null where the kernel does not tell.
  static func writeOwnTable(_ ownsTable: Bool?, to json: inout JSONWriter) {
    if let ownsTable { json.member("own_table", ownsTable) } else { json.null("own_table") }
  }

  /// A bound stays one when it is written with four places.
  static func roundedUp(_ usage: Double) -> Double {
    min(1, (usage * 10_000).rounded(.up) / 10_000)
  }
}
