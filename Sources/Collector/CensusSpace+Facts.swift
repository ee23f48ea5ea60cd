internal import Census
internal import HostFacts
internal import Inet
internal import Kernel

extension TimeWaitReuse {
  /// The rule that these settings make on this kernel; an unknown setting never frees a port.
  init(_ settings: Settings, _ kernel: KernelVersion) {
    // Without the sysctl whole seconds are counted: the latest moment is the sure one.
    let delay =
      settings.timeWaitReuseDelayMilliseconds ?? (kernel.has(.reusesInNextSecond) ? 1000 : 2000)
    var mode = Mode(rawValue: settings.timeWaitReuse ?? 0) ?? .never
    if mode == .loopback, !kernel.has(.reusesLoopbackAlone) { mode = .always }
    // Without timestamps the kernel cannot tell an old segment from a new one, and never reuses.
    if settings.timestamps ?? 0 == 0 { mode = .never }
    self.init(mode, delayMilliseconds: UInt32(clamping: delay))
  }
}

extension CensusSpace {
  /// The space that a namespace's facts describe; reserved ports that cannot be read are taken for none.
  init(_ facts: NamespaceFacts, _ kernel: KernelVersion) {
    self.init(
      range: facts.range, reserved: facts.reserved ?? PortSet(),
      reuse: TimeWaitReuse(facts.settings, kernel))
  }
}
