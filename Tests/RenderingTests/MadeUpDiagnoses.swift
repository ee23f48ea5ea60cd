import Inet
import Pools

/// Diagnoses of the made-up hosts, with what a dump does not know.
enum MadeUpDiagnosis {
  static let limits: [HostPressure.Limit] = [
    .init(.conntrack, used: 31_720, of: 262_144, refused: 0),
    .init(.descriptors, used: 74_000, of: 2_466_177),
    .init(.tcpMemory, used: 11_000, of: 575_802, pressure: 383_868),
  ]

  static func made(_ snapshot: Snapshot, _ index: Int = 0) -> DiagnosisInput {
    var input = DiagnosisInput(snapshot.namespaces[index])
    input.comb = ReleaseComb(ticksPerSecond: 250)
    input.pressure = HostPressure(limits)
    input.reserved = input.namespace.space.reserved
    input.listeners = [22, 5432, 15_000, 33_060, 35_357]
    input.timeWaitSockets = 28_000
    input.timeWaitOverflows = 0
    input.synRetries = 6
    input.synLinearTimeouts = 4
    input.unprivilegedPortStart = 1024
    return input
  }

  /// A proxy that closes first.
  static let busy = Diagnosis(made(MadeUpHost.busy))

  /// The same, with owners.
  static let owned = Diagnosis(made(MadeUpHost.owned))

  /// Nothing at all.
  static let idle: Diagnosis = {
    var input = made(MadeUpHost.idle)
    input.listeners = []
    input.namespace.space = MadeUpHost.defaultSpace(blocked: [])
    return Diagnosis(input)
  }()

  /// Remarks alone.
  static let remarks = Diagnosis(made(MadeUpHost.idle))

  /// No port left, for reserved ports.
  static let exhausted = Diagnosis(made(MadeUpHost.exhausted))

  /// Everything that can be wrong with the states of a pool, one pool each.
  static let everyCause: (snapshot: Snapshot, diagnosis: Diagnosis) = {
    let space = PortSpace(
      range: PortRange(low: 40_000, high: 49_998) ?? .kernelDefault,
      reserved: PortSet(PortRange(low: 40_000, high: 41_999) ?? .kernelDefault),
      blocked: [42_001, 42_002])
    func pool(_ last: Int, _ states: [SocketState: Int]) -> Pool {
      MadeUpHost.connect("10.0.0.5", "10.1.2.\(last)", 443, states, space)
    }
    let pools = [
      pool(1, [.timeWait: 7_000, .established: 900]), pool(2, [.closeWait: 7_700]),
      pool(3, [.synSent: 7_600]), pool(4, [.finWait2: 7_500]),
      pool(5, [.finWait1: 3_000, .closing: 1_000, .lastAck: 3_400]), pool(6, [.established: 7_997]),
      pool(7, [.closeWait: 900, .established: 20]),
      MadeUpHost.bind(.any, held: 7_900, space), MadeUpHost.udp(.ipv4, held: 7_950, space),
    ]
    let snapshot = MadeUpHost.snapshot([
      MadeUpHost.madeUp(space, pools, listeners: 1, name: "web")
    ])
    var input = made(snapshot)
    input.exactBlocked = PortSet(PortRange(low: 42_001, high: 43_000) ?? .kernelDefault)
    input.timeWaitSockets = 131_072
    input.timeWaitOverflows = 4_711
    input.pressure.limits = [
      .init(.conntrack, used: 262_144, of: 262_144, refused: 1_203),
      .init(.descriptors, used: 96, of: 100),
      .init(.tcpMemory, used: 400_000, of: 575_802, pressure: 383_868),
      .init(.orphans, used: 110_000, of: 131_072),
      .init(.neighboursIPv4, used: 1_024, of: 1_024, refused: 7),
      .init(.neighboursIPv6, used: 1_000, of: 1_024),
    ]
    return (snapshot, Diagnosis(input))
  }()

  static let all: [(snapshot: Snapshot, diagnosis: Diagnosis)] =
    [
      (MadeUpHost.busy, busy), (MadeUpHost.idle, idle), (MadeUpHost.idle, remarks),
      (MadeUpHost.exhausted, exhausted), (MadeUpHost.owned, owned), everyCause,
    ] + MadeUpHost.all.map { ($0, Diagnosis(made($0))) }
}
