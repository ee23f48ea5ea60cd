public import HostFacts
public import Inet
public import Kernel
public import Netlink
public import Probe

/// Where a sampler's answers come from: the running kernel, or one that a test made up.
public struct SampleSource<Transport: DatagramTransport & ~Copyable>: Sendable {
  /// Opens a transport to sock_diag, in the namespace of the thread that calls it.
  public var connect: @Sendable () throws(NetlinkError) -> Transport
  /// Reads the namespace's facts.
  public var facts: @Sendable () throws(FactError) -> NamespaceFacts
  /// Probes which ports of a range, but for the reserved ones, are blocked.
  public var probeBlocked:
    @Sendable (_ range: PortRange, _ reserved: PortSet) -> Result<PortSet, ProbeError>
  /// The kernel's version, which decides what may be asked for.
  public var kernel: KernelVersion
  /// The phase of the timer's ticks, of so many a second, as `TimerTick.aheadNanoseconds`; nil where it
  /// cannot be read.
  public var timerPhase: @Sendable (_ ticksPerSecond: Int) -> Int64? = {
    TimerTick.aheadNanoseconds(ticksPerSecond: $0)
  }
  /// How many processors there are to run on.
  public var processorCount: Int

  /// A source made of its parts. Without `probeBlocked` none can be probed.
  public init(
    kernel: KernelVersion, processorCount: Int,
    connect: @escaping @Sendable () throws(NetlinkError) -> Transport,
    facts: @escaping @Sendable () throws(FactError) -> NamespaceFacts,
    probeBlocked: (@Sendable (PortRange, PortSet) -> Result<PortSet, ProbeError>)? = nil
  ) {
    self.probeBlocked = probeBlocked ?? { _, _ in .failure(.unsupported(kernel)) }
    self.kernel = kernel
    self.processorCount = processorCount
    self.connect = connect
    self.facts = facts
  }
}

extension SampleSource where Transport == NetlinkSocket {
  /// The running kernel.
  public static var running: SampleSource {
    SampleSource(
      kernel: .running(), processorCount: Machine.processorCount(),
      connect: { () throws(NetlinkError) in try NetlinkSocket.socketDiagnostics() },
      facts: { () throws(FactError) in try NamespaceFacts.read() },
      probeBlocked: { range, reserved in
        do throws(ProbeError) {
          return .success(try BlockedPorts.probe(range, reserved: reserved).ports)
        } catch {
          return .failure(error)
        }
      })
  }
}
