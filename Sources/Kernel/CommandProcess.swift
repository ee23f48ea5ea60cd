internal import CKernel
internal import Glibc

/// A command that runs in our place: with our standard streams, in our process group, and with the signals as
/// we found them, so that a terminal's keys reach it as if we were not there.
///
/// An owner that is dropped leaves it running.
@safe
public struct CommandProcess: ~Copyable {
  /// How it ended, and what it took.
  public struct End: Hashable, Sendable {
    /// By itself, or by a signal.
    public var end: ChildProcess.End
    /// Processor time of it and of what it waited for, in nanoseconds.
    public var cpuNanoseconds: UInt64

    /// The end given.
    public init(_ end: ChildProcess.End, cpuNanoseconds: UInt64) {
      self.end = end
      self.cpuNanoseconds = cpuNanoseconds
    }

    /// What a shell makes of it: the status, or 128 and the signal's number.
    public var shellStatus: Int32 {
      switch end {
      case .status(let status): status
      case .signal(let number): 128 + number
      }
    }
  }

  /// The process.
  public let processID: Int32
  private var end: End?

  /// Starts `words`, the first of which is looked for in PATH, with `variables` beside our environment.
  ///
  /// What `signals` has blocked is not blocked in it. A file that the kernel does not know how to run is given
  /// to /bin/sh, as a shell does. Throws what posix_spawn said: ENOENT, EACCES, …. Costs a process.
  public init(
    _ words: [String], variables: [(name: String, value: String)], signals: SignalQueue
  ) throws(SystemCallError) {
    precondition(!words.isEmpty, "no command")
    var status = Int32(0)
    var process = Self.spawn(words, variables, signals, &status)
    if status == ENOEXEC { process = Self.spawn(["/bin/sh"] + words, variables, signals, &status) }
    guard status == 0 else { throw SystemCallError("run", words[0], Errno(rawValue: status)) }
    processID = process
  }

  /// How it ended; nil while it runs. Does not wait. Costs one system call until it has ended.
  public mutating func poll() -> End? {
    if let end { return end }
    var status: Int32 = 0
    var usage = rusage()
    // SAFETY: the kernel writes the status and the usage into the variables.
    let result = unsafe wait4(processID, &status, WNOHANG, &usage)
    if result == 0 || result < 0 && Errno.last == .interrupted { return nil }
    let signal = status & 0x7f
    // A child that somebody else has waited for has ended too; how is not known.
    let how: ChildProcess.End =
      result < 0 ? .status(-1) : signal == 0 ? .status(status >> 8 & 0xff) : .signal(signal)
    let cpu = Self.nanoseconds(usage.ru_utime) + Self.nanoseconds(usage.ru_stime)
    end = End(how, cpuNanoseconds: cpu)
    return end
  }

  /// Passes a signal on to it.
  public func send(_ signal: SignalQueue.Signal) {
    // The number may be another's once it has ended.
    if end == nil { kill(processID, signal.number) }
  }

  private static func nanoseconds(_ time: timeval) -> UInt64 {
    UInt64(max(0, time.tv_sec)) * 1_000_000_000 + UInt64(max(0, time.tv_usec)) * 1000
  }

  private static func spawn(
    _ words: [String], _ variables: [(name: String, value: String)], _ signals: SignalQueue,
    _ status: inout Int32
  ) -> Int32 {
    var attributes = posix_spawnattr_t()
    // SAFETY: initialised here, used by posix_spawn alone, and destroyed on the way out.
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
    for signal in signals.newlyBlocked { unsafe sigdelset(&mask, signal.number) }
    unsafe posix_spawnattr_setsigmask(&attributes, &mask)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let arguments = unsafe words.map { unsafe strdup($0) }
    let added = unsafe variables.map { unsafe strdup("\($0.name)=\($0.value)") }
    let kept = unsafe inherited(without: variables.map(\.name))
    // SAFETY: strdup's strings are freed here, after the call that reads them; the inherited ones are the
    // environment's own, which nobody in this program changes. Both lists end with NULL.
    defer { unsafe (arguments + added).forEach { unsafe free($0) } }
    var process: pid_t = 0
    status = unsafe posix_spawnp(
      &process, words[0], nil, &attributes, arguments + [nil], kept + added + [nil])
    return process
  }

  /// Our environment without some variables.
  private static func inherited(without names: [String]) -> [UnsafeMutablePointer<CChar>?] {
    // SAFETY: environ is a list of terminated strings that ends with NULL.
    guard var entry = unsafe CKernel_environment() else { return unsafe [] }
    var kept: [UnsafeMutablePointer<CChar>?] = unsafe []
    while let variable = unsafe entry.pointee {
      let text = unsafe String(cString: variable)
      if !names.contains(where: { text.hasPrefix("\($0)=") }) { unsafe kept.append(variable) }
      unsafe entry += 1
    }
    return unsafe kept
  }
}
