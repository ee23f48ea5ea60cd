internal import CKernel
internal import Glibc

/// A shell command that runs beside us, in a process group of its own, until it ends or is killed.
///
/// Its standard input is a file in memory, so that whether it reads or not nobody waits and no pipe can
/// break; what it writes goes to our standard error, so that it cannot mix with data. An owner that is
/// dropped kills the group.
///
/// posix_spawn is enough for that. swift-subprocess was looked at: it is asynchronous, and this program
/// has no other use for that, nor for the package.
@safe
public struct ChildProcess: ~Copyable {
  /// How a process ended.
  public enum End: Hashable, Sendable {
    /// By itself, with this status.
    case status(Int32)
    /// By this signal.
    case signal(Int32)
  }

  /// The process, and its group.
  public let processID: Int32
  private var end: End?

  /// Starts `/bin/sh -c command`, which can read `input`. Costs a file in memory and a process.
  public init(shell command: String, input: [UInt8]) throws(SystemCallError) {
    // SAFETY: the array lives for the call, and count is its length.
    let file = unsafe input.withUnsafeBytes {
      unsafe CKernel_filled_memory_file($0.baseAddress, $0.count)
    }
    guard file >= 0 else { throw SystemCallError("create", "a file in memory", Errno.last) }
    let standardInput = Descriptor(owning: file)
    var process: pid_t = 0
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    // SAFETY: both are initialised here, used by posix_spawn alone, and destroyed on the way out.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_adddup2(&actions, standardInput.number, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, 2, 1)
    // Signals are as a command expects them, whatever we block or ignore.
    var none = sigset_t(), all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    // SAFETY: strdup's strings are freed below, after the call that reads them; the list ends with NULL.
    let arguments: [String] = ["/bin/sh", "-c", command]
    let words = unsafe arguments.map { unsafe strdup($0) }
    let status = unsafe posix_spawn(
      &process, "/bin/sh", &actions, &attributes, words + [nil], CKernel_environment())
    unsafe words.forEach { unsafe free($0) }
    guard status == 0 else { throw SystemCallError("run", "/bin/sh", Errno(rawValue: status)) }
    processID = process
  }

  deinit {
    guard end == nil else { return }
    Glibc.kill(-processID, SIGKILL)
    var status: Int32 = 0
    // SAFETY: the kernel writes the status into the variable; a killed process ends at once.
    while unsafe waitpid(processID, &status, 0) < 0, Errno.last == .interrupted {}
  }

  /// How it ended; nil while it runs. Does not wait. Costs one system call until it has ended.
  public mutating func poll() -> End? {
    if let end { return end }
    var status: Int32 = 0
    // SAFETY: the kernel writes the status into the variable.
    let result = unsafe waitpid(processID, &status, WNOHANG)
    if result == 0 || result < 0 && Errno.last == .interrupted { return nil }
    let signal = status & 0x7f
    // A child that somebody else has waited for has ended too; how is not known.
    end = result < 0 ? .status(-1) : signal == 0 ? .status(status >> 8 & 0xff) : .signal(signal)
    return end
  }

  /// Kills it and whatever it has started in its group; `poll` then tells its end.
  public func kill() {
    // The number may be another's once it has ended.
    if end == nil { Glibc.kill(-processID, SIGKILL) }
  }
}
