import Census
import Collector
import HostFacts
import Inet
import Kernel
import Netlink
import NetlinkTestKit
import Pools
import Probe

/// A host made of rows: answers LISTEN, table, bound-inactive and UDP requests as the kernel does.
struct FakeHost: Sendable {
  var kernel = KernelVersion(6, 18)
  var facts = NamespaceFacts(range: .kernelDefault, reserved: PortSet())
  var tcp: [FakeRow] = []
  var idleBinds: [FakeRow] = []
  var udp: [FakeRow] = []
  /// What is said instead of rows, by what was asked for.
  var refusals: [Question: Errno] = [:]
  var marksInterruption = false
  /// What a probe of blocked ports says; nil where this host does not know probes.
  var probed: Result<PortSet, ProbeError>?
  /// The phase of the timer's ticks; nil where nobody may read it.
  var timerPhase: Int64? = 0

  /// What a request asks for.
  enum Question: Hashable, Sendable {
    case legacy
    case listeners
    case table
    case idleBinds
    case udp
  }

  /// A sampler of this host.
  func sampler(
    _ options: SampleOptions = SampleOptions()
  ) throws(SampleError) -> Sampler<FakeKernel> {
    let host = self
    var source = SampleSource(
      kernel: kernel, processorCount: 2,
      connect: { () throws(NetlinkError) in FakeKernel { host.answer($0) } },
      facts: { () throws(FactError) in host.facts })
    source.timerPhase = { _ in host.timerPhase }
    if let probed { source.probeBlocked = { _, _ in probed } }
    return try Sampler(options, from: source)
  }

  /// What a request asks for.
  func question(_ request: FakeRequest) -> Question {
    let isLegacy = request.type == 18
    let mask = request.number(at: isLegacy ? 16 + 52 : 16 + 4)
    let isUDP =
      isLegacy ? Self.names(request.attributeBytes(after: 60), 3) : request.bytes[17] == 17
    return isUDP ? .udp : mask == 0x400 ? .listeners : mask == 0x2000 ? .idleBinds : .table
  }

  /// Whether there is an attribute of this type: INET_DIAG_REQ_PROTOCOL is 3, a filter is 1.
  private static func names(_ attributes: [UInt8], _ type: UInt16) -> Bool {
    var rest = attributes[...]
    while rest.count >= 4 {
      let (first, second) = (rest.startIndex, rest.startIndex + 2)
      let length = Int(rest[first]) | Int(rest[first + 1]) << 8
      if UInt16(rest[second]) | UInt16(rest[second + 1]) << 8 == type { return true }
      rest = rest.dropFirst(max(4, (length + 3) & ~3))
    }
    return false
  }

  /// What comes back. Filters are not run: every row of the states is there.
  func answer(_ request: FakeRequest) -> [Delivery] {
    let isLegacy = request.type == 18
    if isLegacy, let errno = refusals[.legacy] {
      return [.datagram([request.error(errno)])]
    }
    let mask = request.number(at: isLegacy ? 16 + 52 : 16 + 4)
    let question = question(request)
    if let errno = refusals[question] { return [.datagram([request.error(errno)])] }
    var rows: [FakeRow]
    switch question {
    case .udp: rows = udp
    case .idleBinds: rows = idleBinds
    default: rows = tcp.filter { mask & (1 << UInt32($0.state)) != 0 }
    }
    if !isLegacy { rows = rows.filter { $0.family == request.family } }
    let batches = stride(from: 0, to: rows.count, by: 200).map {
      Delivery.datagram(rows[$0..<min($0 + 200, rows.count)].map { request.row($0) })
    }
    var done = request.done()
    if marksInterruption { done.flags |= FakeMessage.dumpInterrupted }
    return batches + [.datagram([done])]
  }
}

extension FakeRow {
  /// A listener.
  static func listener(_ address: IPAddress, _ port: UInt16) -> FakeRow {
    FakeRow {
      $0.family = address.isIPv4 ? 2 : 10
      $0.state = 10
      $0.source = address
      $0.sourcePort = port
      $0.destination = address.isIPv4 ? .anyIPv4 : .anyIPv6
      $0.destinationPort = 0
    }
  }

  /// A socket that is bound and neither listens nor is connected.
  static func idle(_ address: IPAddress, _ port: UInt16) -> FakeRow {
    var row = listener(address, port)
    row.state = 7
    return row
  }
}
