import Inet
import Pools

/// A namespace of a diagnosis: a port space, pools in it, and what else is known.
enum MadeUpNamespace {
  static let source = IPAddress(ipv4: 0x0a00_0005)
  static let key = PoolKey.connect(
    source: source, destination: IPAddress(ipv4: 0x0a01_0203), port: 443, interface: 0)

  static func range(_ low: UInt16, _ high: UInt16) -> PortRange {
    PortRange(low: low, high: high) ?? .kernelDefault
  }

  /// Everything known, nothing wrong.
  static func input(
    _ pools: [(PortSpace) -> Pool] = [], range: PortRange = .kernelDefault,
    reserved: PortSet = [], blocked: PortSet = [], listeners: PortSet = [],
    settings: [String: Int] = [:]
  ) -> DiagnosisInput {
    let space = PortSpace(range: range, reserved: reserved, blocked: blocked)
    let values = [
      "tcp_tw_reuse": 2, "tcp_tw_reuse_delay_ms": 1000, "tcp_fin_timeout_s": 60,
      "tcp_max_tw_buckets": 1000, "tcp_timestamps": 1,
    ].merging(settings) { $1 }
    var namespace = NamespaceSnapshot(
      name: "host", inode: 1, cookie: 1, space: space,
      settings: values.map { Setting($0, $1) },
      tcp: TransportSnapshot(states: StateCounts(), portsInUse: 0, knowsBoundInactive: true),
      udp: nil, addresses: [], pools: [], poolTotals: [:],
      other: Remainder(pools: 0, inUseMaximum: 0, isExact: true), countedAtNanoseconds: 0)
    namespace.pools = pools.map { make in
      var pool = make(space)
      pool.verdict = VerdictThresholds().level(of: pool)
      return pool
    }
    var input = DiagnosisInput(namespace)
    input.reserved = reserved
    input.listeners = listeners
    input.timeWaitSockets = 0
    input.timeWaitOverflows = 0
    input.synRetries = 6
    input.synLinearTimeouts = 4
    input.unprivilegedPortStart = 1024
    input.comb = ReleaseComb(ticksPerSecond: 250)
    return input
  }

  /// A connect pool with ports in these states; TIME_WAIT may be taken over as told.
  static func connect(
    _ states: [SocketState: Int], reclaimable: Int = 0, _ key: PoolKey = key
  ) -> (PortSpace) -> Pool {
    { space in
      let counts = states.reduce(into: StateCounts()) { $0[$1.key] = $1.value }
      let taken = counts.total - reclaimable
      let low = min(taken, space.cliff)
      return .connect(
        key, states: counts, takenLow: low, takenOther: taken - low, reclaimable: reclaimable,
        in: space)
    }
  }

  /// A pool that all destinations share, with so many ports held.
  static func shared(_ key: PoolKey, held: Int) -> (PortSpace) -> Pool {
    { space in .exclusive(key, held: PortSet(Array(space.bindable).prefix(held)), in: space) }
  }
}
