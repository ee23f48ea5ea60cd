internal import Census
internal import HostFacts
internal import Inet
internal import Kernel

extension TimeWaitReuse {
  /// The rule that these settings make on this kernel; an unknown setting never frees a port.
  init(_ settings: Settings, _ kernel: KernelVersion) {
    let rule = settings.reuse(on: kernel)
    var mode = Mode(rawValue: rule.mode ?? 0) ?? .never
    // Without timestamps the kernel cannot tell an old segment from a new one, and never reuses.
    if settings.timestamps ?? 0 == 0 { mode = .never }
    self.init(mode, delayMilliseconds: rule.delayMilliseconds)
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
