internal import Inet
internal import Pools

/// One element of a snapshot's `namespaces`.
enum NamespaceDocument {
  static func write(
    _ namespace: NamespaceSnapshot, to json: inout JSONWriter, _ names: inout Names
  ) {
    json.object { json in
      json.member("name", names.namespace(namespace.name))
      json.member("inode", namespace.inode)
      json.member("cookie", namespace.cookie)
      json.member("method", "dump")
      json.member("usage_max", roundedUp(namespace.usageMaximum), places: 4)
      writeOwnTable(namespace.ownsTable, to: &json)
      json.object("range") { json in write(namespace, to: &json) }
      json.object("settings") { json in
        for setting in namespace.settings { json.member(setting.key, setting.value) }
      }
      json.object("tcp") { json in
        json.member("sockets", namespace.tcp.sockets)
        json.member("ports_in_use", namespace.tcp.portsInUse)
        json.object("states") { json in
          write(
            namespace.tcp.states, knowsBoundInactive: namespace.tcp.knowsBoundInactive, to: &json)
        }
      }
      if let udp = namespace.udp {
        json.object("udp") { json in
          json.member("sockets", udp.sockets)
          json.member("ports_in_use", udp.portsInUse)
        }
      } else {
        json.null("udp")
      }
      json.array("addresses") { json in
        for address in namespace.addresses { write(address, to: &json, &names) }
      }
      json.array("pools") { json in
        for pool in namespace.pools {
          PoolDocument.write(pool, countedAt: namespace.countedAtNanoseconds, to: &json, &names)
        }
      }
      json.object("pools_total") { json in
        for kind in PoolKind.allCases {
          // UDP that the kernel does not tell is null; there is always a TCP table.
          let total = namespace.poolTotals[kind]
          json.member(kind.rawValue, kind == .connect || kind == .bind ? total ?? 0 : total)
        }
      }
      json.object("other") { json in
        json.member("pools", namespace.other.pools)
        json.member("in_use_max", namespace.other.inUseMaximum)
        json.member("exact", namespace.other.isExact)
        json.member("address_in_use_max", namespace.other.addressInUseMaximum)
      }
      json.object("failures") { json in
        json.member("connect_attributed", namespace.attributedFailures)
      }
    }
  }

  /// TCP states in the contract's order; bound_inactive is null where the kernel does not tell.
  static func write(
    _ states: StateCounts, knowsBoundInactive: Bool, to json: inout JSONWriter
  ) {
    for state in tcpStates { json.member(state.name, states[state]) }
    json.member(
      SocketState.boundInactive.name, knowsBoundInactive ? states[.boundInactive] : nil)
  }

  static let tcpStates: [SocketState] = [
    .established, .synSent, .synRecv, .finWait1, .finWait2, .timeWait, .closeWait, .lastAck,
    .listen, .closing,
  ]

  private static func write(_ namespace: NamespaceSnapshot, to json: inout JSONWriter) {
    let space = namespace.space
    json.member("low", space.range.low)
    json.member("high", space.range.high)
    json.member("size", space.range.count)
    json.member("reserved", namespace.reservedIsKnown ? space.reserved.count : nil)
    json.member("blocked", space.blocked.count)
    json.member("blocked_bound", space.blockedBound.rawValue)
    json.array("blocked_ports") { json in
      for port in space.blocked.prefix(64) { json.integer(port) }
    }
  }

  private static func write(
    _ address: AddressSnapshot, to json: inout JSONWriter, _ names: inout Names
  ) {
    json.object { json in
      json.member("protocol", address.pool.key.transport.name)
      json.member("address", names.text(address.address))
      json.member("ports_in_use", address.pool.inUse)
      json.member("capacity", address.pool.capacity)
      json.member("usage", address.pool.usage, places: 4)
      json.object("states") { json in
        PoolDocument.writeNonZero(address.pool.states ?? StateCounts(), to: &json)
      }
      json.member("listening_ports", address.listeningPorts)
      json.object("owners") { json in
        json.member("cgroup", address.cgroupCount)
        json.member("process", address.processCount)
        json.member(
          "process_bound",
          address.processCount.map { _ in address.processCountIsExact ? "exact" : "lower" })
        json.member("user", address.userCount)
      }
    }
  }
}
