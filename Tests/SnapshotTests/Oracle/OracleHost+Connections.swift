import Inet
import Kernel
import KernelTestKit
import PropertyTestKit

/// Connections in every state, whose ports connect() chose, or bind() before it.
extension OracleHost {
  /// How the client came by its port.
  enum Binding: String, CaseIterable {
    case late = "connect"
    case unbound = "connect, unbound"
    case ranged = "connect, own range"
    case early = "bind(…, 0) + connect"
    case explicit = "bind(…, P) + connect"
  }

  /// Where the client's end is left.
  enum Fate: String, CaseIterable {
    case established, closeWait, timeWait, finWait1, finWait2, lastAck, closing
    case orphanFinWait2, orphanFinWait1
  }

  private struct Ends {
    var fate: Fate
    var client: TestSocket?
    var server: TestSocket?
  }

  /// Makes connections and takes them into their states, all of them step by step together.
  mutating func connectMany() throws {
    var ends: [Ends] = []
    for _ in 0..<generator.small(portCount * 3 + 4) {
      if let made = connectOne() { ends.append(made) }
    }
    for _ in 0..<generator.small(portCount / 3 + 2) { beginOne() }
    for end in ends {
      switch end.fate {
      case .established, .closeWait, .orphanFinWait2: break
      case .timeWait, .finWait2: try end.client?.shutDownWriting()
      case .finWait1, .orphanFinWait1:
        try end.server?.goDeaf()
        try end.client?.shutDownWriting()
      case .lastAck: try end.server?.shutDownWriting()
      case .closing:
        try end.server?.goDeaf()
        try end.client?.goDeaf()
        try end.client?.shutDownWriting()
        try end.server?.shutDownWriting()
      }
    }
    Settling.pause(milliseconds: 10)
    for index in ends.indices {
      switch ends[index].fate {
      case .closeWait, .timeWait: ends[index].server = nil
      case .orphanFinWait2, .orphanFinWait1: ends[index].client = nil
      case .lastAck:
        try ends[index].server?.goDeaf()
        try ends[index].client?.shutDownWriting()
      case .closing: try ends[index].client?.goHearing()
      default: break
      }
    }
    Settling.pause(milliseconds: 10)
    for index in ends.indices where ends[index].fate == .timeWait { ends[index].client = nil }
    kept += ends.flatMap { [$0.client, $0.server] }.compactMap { $0 }
  }

  private mutating func connectOne() -> Ends? {
    let route = likelyRoute()
    let binding = generator.pick(hasHidden ? Self.bindings + Self.hiddenBindings : Self.bindings)
    let port = anyPort()
    let (low, high) = (self.low, self.high)
    do {
      let client = try TestSocket(.tcp, isIPv6: route.to.isIPv6Socket)
      var local = route.from
      switch binding {
      case .late: try client.setBindsLate()
      case .unbound, .early: break
      case .ranged:
        try client.setBindsLate()
        try client.setPortRange(min(port, high - (high > low ? 1 : 0)), high)
      case .explicit: local.port = port
      }
      if binding != .unbound { try client.bind(local) }
      try client.connect(route.to)
      let fate = generator.pick(Self.fates)
      note("\(binding.rawValue), \(fate.rawValue)")
      return Ends(fate: fate, client: client, server: try accept(at: route.port))
    } catch { return nil }
  }

  /// SYN_SENT, with a port of connect's choosing or of bind's, on an interface or not.
  ///
  /// Only where nothing is heard may clients on an interface be: one without may have the same addresses
  /// and ports, and the answering end could not tell the two apart.
  private mutating func beginOne() {
    var route = likelyRoute()
    route.port = Self.deafPort
    let isLate = !hasHidden || !generator.oneIn(4), isOnInterface = generator.oneIn(3)
    let kind = isLate ? "connect, synSent" : "bind(…, 0) + connect, synSent"
    keep(kind + (isOnInterface ? ", on an interface" : "")) { _ in
      let client = try TestSocket(.tcp, isIPv6: route.to.isIPv6Socket)
      if isLate { try client.setBindsLate() }
      if isOnInterface { try client.setInterface(1) }
      try client.bind(route.from)
      try client.startConnecting(route.to)
      return client
    }
  }

  private static let bindings: [Binding] =
    [.unbound, .unbound, .ranged] + Array(repeating: .late, count: 10)
  private static let hiddenBindings: [Binding] = [.early, .early, .early, .explicit, .explicit]
  private static let fates: [Fate] =
    Fate.allCases + [.established, .orphanFinWait2] + Array(repeating: .timeWait, count: 6)
}
