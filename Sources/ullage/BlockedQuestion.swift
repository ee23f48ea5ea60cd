import Collector
import Console
import HostFacts
import Inet
import Kernel
import Probe
import Rendering
import SocketDiag

/// Asks which ports no connect() may take, on the calling thread, and looks who is on them.
enum BlockedQuestion {
  /// The blocked ports, with what a dump shows on each.
  static func ask() throws(Failure) -> BlockedPortList {
    var facts = try read()
    var tries = 3
    while true {
      let failure: ProbeError
      do throws(ProbeError) {
        let reading = try BlockedPorts.probe(facts.range, reserved: facts.reserved)
        return list(facts, reading)
      } catch {
        failure = error
      }
      tries -= 1
      // Somebody changes the range at this very moment: what holds afterwards is asked for.
      guard failure == .changed, tries > 0 else { throw Failure("\(failure)") }
      facts = try read()
    }
  }

  private static func read() throws(Failure) -> (range: PortRange, reserved: PortSet) {
    try Failure.rewording { () throws(FactError) in
      (try LocalPortRange.read(), try ReservedPorts.read())
    }
  }

  private static func list(
    _ facts: (range: PortRange, reserved: PortSet), _ reading: BlockedReading
  ) -> BlockedPortList {
    var list = BlockedPortList(
      range: facts.range, reservedCount: PortSet(facts.range).intersection(facts.reserved).count,
      probedCount: reading.probedCount, nanoseconds: reading.nanoseconds, ports: reading.ports)
    guard !reading.ports.isEmpty else { return list }
    // Who holds them is a help and not the answer: without it every holder is unknown.
    _ = try? SocketLister(filter: .sourcePort(facts.range), transports: [.tcp]).list { socket in
      guard reading.ports.contains(socket.sourcePort), let holder = holder(socket) else { return }
      let known = list.holders[socket.sourcePort]
      if known.map({ rank(holder) < rank($0) }) != false {
        list.holders[socket.sourcePort] = holder
      }
    }
    return list
  }

  /// What a socket on a blocked port may be there.
  private static func holder(_ socket: SocketRecord) -> BlockedPortList.Holder? {
    switch socket.state {
    case .listen?: .listener
    case .boundInactive?: .idleBind
    // A minisock: TIME_WAIT, or an orphan in FIN_WAIT2.
    case _ where socket.expiresMilliseconds != nil: .timeWait
    default: .connection
    }
  }

  /// Of several sockets on one port, the one that says most.
  private static func rank(_ holder: BlockedPortList.Holder) -> Int {
    BlockedPortList.Holder.allCases.firstIndex(of: holder) ?? .max
  }
}
