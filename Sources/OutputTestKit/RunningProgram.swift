import Glibc
public import Kernel

/// A program that runs: killed when its owner forgets it.
public final class RunningProgram: Sendable {
  /// Its process.
  public let processID: Int32
  private let output: Descriptor
  private let error: Descriptor

  init(_ processID: Int32, output: consuming Descriptor, error: consuming Descriptor) {
    self.processID = processID
    self.output = output
    self.error = error
  }

  deinit {
    // A process that was waited for is no child of ours any more.
    if waitpid(processID, nil, WNOHANG) == 0 {
      kill(processID, SIGKILL)
      waitpid(processID, nil, 0)
    }
  }

  /// Sends it a signal.
  public func send(_ signal: Int32) { kill(processID, signal) }

  /// Waits for its end.
  public func wait() throws(SystemCallError) -> Program.Run {
    var status: Int32 = 0
    // SAFETY: the kernel writes the status into the variable.
    while unsafe waitpid(processID, &status, 0) < 0 {
      guard Errno.last == .interrupted else {
        throw SystemCallError("await", "a program", Errno.last)
      }
    }
    let signal = status & 0x7f
    return Program.Run(
      end: signal == 0 ? .status(status >> 8 & 0xff) : .signal(signal),
      output: TestFile.contents(output), error: TestFile.contents(error))
  }
}
