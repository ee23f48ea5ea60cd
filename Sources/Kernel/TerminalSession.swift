internal import CKernel
import Glibc

/// A terminal taken over for a full-screen program: raw mode, alternate screen, no cursor.
///
///     init ──> raw, alternate screen ──> deinit, `end(by:)`, any signal that kills: as it was before
///                   │        ↑
///                suspend   SIGCONT: `resume`
///
/// One at a time in a process. The terminal is given back on every way out, crashes included (but for
/// SIGKILL, which nobody can hear): the handlers are in CKernel's Terminal.c and call only what is
/// async-signal-safe. A program that was stopped while it had the terminal gets `.continued` and is to
/// call `resume`.
@safe
public struct TerminalSession: ~Copyable {
  /// What came while waiting.
  public struct News: Hashable, Sendable {
    /// What was typed.
    public var bytes: [UInt8] = []
    /// Signals, in order.
    public var signals: [Signal] = []
    /// Whether the terminal is gone.
    public var isHungUp = false
  }

  /// The signals that a session hears of.
  public enum Signal: Int32, Hashable, Sendable, CaseIterable {
    /// SIGHUP: the terminal is gone.
    case hangup = 1
    /// SIGINT.
    case interrupt = 2
    /// SIGQUIT.
    case quit = 3
    /// SIGTERM.
    case terminate = 15
    /// SIGCONT.
    case continued = 18
    /// SIGTSTP: asked to stop.
    case stop = 20
    /// SIGWINCH: another size.
    case resized = 28
  }

  private let input: Int32
  private let output: Int32
  private let signals: Int32

  /// Takes the terminal over. Throws ENOTTY where there is none, EBUSY where it is taken.
  public init(input: Int32 = 0, output: Int32 = 1) throws(SystemCallError) {
    self.input = input
    self.output = output
    var signals: Int32 = -1
    // SAFETY: the shim fills the integer.
    guard unsafe CKernel_terminal_enter(input, output, &signals) == 0 else {
      let errno = Errno.last
      // Half a take-over is undone.
      if errno != .busy { CKernel_terminal_leave() }
      throw SystemCallError("take over", "the terminal", errno)
    }
    self.signals = signals
  }

  deinit { CKernel_terminal_leave() }

  /// The terminal's size; nil when it does not say.
  public var size: Terminal? { Terminal.size(of: output) }

  /// Writes all of `bytes` to the terminal.
  public func write(_ bytes: [UInt8]) throws(SystemCallError) {
    try ByteStream(descriptor: output).write(bytes)
  }

  /// Waits for keys and signals, at most that long.
  public func wait(milliseconds: Int) throws(SystemCallError) -> News {
    var news = News()
    var descriptors = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
    ]
    // SAFETY: the array has as many elements as poll(2) is told.
    let count = unsafe poll(&descriptors, 2, Int32(clamping: max(0, milliseconds)))
    guard count >= 0 else {
      let errno = Errno.last
      // The handler has written the signal's number; the next call finds it.
      if errno == .interrupted { return news }
      throw SystemCallError("wait for", "the terminal", errno)
    }
    if descriptors[1].revents != 0 {
      news.signals = Self.read(signals).compactMap { Signal(rawValue: Int32($0)) }
    }
    if descriptors[0].revents != 0 {
      news.bytes = Self.read(input)
      // At the end, or after a hang-up, reading has nothing more to give.
      news.isHungUp = news.bytes.isEmpty && Errno.last != .interrupted && Errno.last != .again
    }
    return news
  }

  /// Gives the terminal back and stops the process, as ctrl-Z does; comes back when it goes on.
  public func stop() throws(SystemCallError) {
    CKernel_terminal_suspend()
    guard CKernel_raise_default(Signal.stop.rawValue) == 0 else {
      throw SystemCallError("stop", "this process", Errno.last)
    }
    try resume()
  }

  /// Takes the terminal over again, after a stop; everything on it is to be written anew.
  public func resume() throws(SystemCallError) {
    guard CKernel_terminal_resume() == 0 else {
      throw SystemCallError("take over", "the terminal", Errno.last)
    }
  }

  /// Gives the terminal back and ends the process by `signal`, so that whoever waits sees why.
  public consuming func end(by signal: Signal) {
    CKernel_terminal_leave()
    _ = CKernel_raise_default(signal.rawValue)
  }

  private static func read(_ descriptor: Int32) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 1024)
    // SAFETY: the kernel writes at most as many bytes as the array has.
    let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
    return Array(buffer.prefix(max(0, count)))
  }
}
