internal import CKernel
import Glibc
public import Kernel

/// A program to run: what it gets, and where its output goes.
public struct Program: Sendable {
  /// Where standard output goes.
  public enum Output: Hashable, Sendable {
    /// Into the run's `output`.
    case captured
    /// To a file that exists, such as /dev/full.
    case file(String)
    /// Into a pipe that nobody reads.
    case brokenPipe
    /// Nowhere: the descriptor is closed.
    case closed
  }

  /// The file to run.
  public var path: String
  /// The arguments, without the program's own name.
  public var arguments: [String]
  /// The whole environment.
  public var environment: [String: String] = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
  /// What it can read from standard input.
  public var input: [UInt8] = []
  /// Where standard output goes.
  public var output = Output.captured

  /// The program at `path`.
  public init(_ path: String, _ arguments: [String] = []) {
    self.path = path
    self.arguments = arguments
  }

  /// A program that was built beside the running tests.
  public static func built(_ name: String, _ arguments: [String] = []) -> Program {
    var path = [CChar](repeating: 0, count: 4096)
    // SAFETY: readlink writes at most one byte less than the array has, and the rest is zero.
    let count = unsafe readlink("/proc/self/exe", &path, path.count - 1)
    let bytes = path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
    let directory = String(decoding: bytes, as: UTF8.self).split(separator: "/").dropLast()
    return Program(directory.reduce("") { "\($0)/\($1)" } + "/\(name)", arguments)
  }

  /// What became of a program.
  public struct Run: Hashable, Sendable {
    /// How a program ended.
    public enum End: Hashable, Sendable {
      /// By itself, with this status.
      case status(Int32)
      /// By this signal.
      case signal(Int32)
    }

    /// How it ended.
    public var end: End
    /// What it wrote to standard output, if that was captured.
    public var output: [UInt8]
    /// What it wrote to standard error.
    public var error: [UInt8]

    /// The captured output as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
    /// Standard error as text.
    public var message: String { String(decoding: error, as: UTF8.self) }
  }

  /// Runs the program and waits for its end.
  public func run() throws(SystemCallError) -> Run { try start().wait() }

  /// Starts the program and does not wait.
  public func start() throws(SystemCallError) -> RunningProgram {
    let standardInput = try TestFile.nameless()
    try ByteStream(descriptor: standardInput.number).write(input)
    lseek(standardInput.number, 0, SEEK_SET)
    let output = try TestFile.nameless()
    let error = try TestFile.nameless()
    let process = try spawn(standardInput.number, output.number, error.number)
    return RunningProgram(process, output: output, error: error)
  }

  private func spawn(
    _ standardInput: Int32, _ captured: Int32, _ standardError: Int32
  ) throws(SystemCallError) -> pid_t {
    // SAFETY: both are initialised here, used by posix_spawn alone, and destroyed on the way out.
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_adddup2(&actions, standardInput, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, standardError, 2)
    var pipe: [Int32] = [-1, -1]
    defer { if pipe[1] >= 0 { close(pipe[1]) } }
    switch output {
    case .captured: unsafe posix_spawn_file_actions_adddup2(&actions, captured, 1)
    case .file(let name):
      unsafe posix_spawn_file_actions_addopen(&actions, 1, name, O_WRONLY, 0)
    case .brokenPipe:
      guard unsafe Glibc.pipe(&pipe) == 0 else {
        throw SystemCallError("make", "a pipe", Errno.last)
      }
      close(pipe[0])
      unsafe posix_spawn_file_actions_adddup2(&actions, pipe[1], 1)
    case .closed: unsafe posix_spawn_file_actions_addclose(&actions, 1)
    }
    // Nothing else is inherited: a listener of another test would be this program's too.
    _ = unsafe CKernel_spawn_closes_from(&actions, 3)
    // The tests' own runner may ignore SIGPIPE, and what is ignored is inherited.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    // The tests' own threads have signals blocked, and that is inherited too.
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    return try unsafe spawn(&actions, &attributes)
  }

  private func spawn(
    _ actions: inout posix_spawn_file_actions_t, _ attributes: inout posix_spawnattr_t
  ) throws(SystemCallError) -> pid_t {
    let words = unsafe ([path] + arguments).map { unsafe strdup($0) }
    let variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") }
    defer { unsafe (words + variables).forEach { unsafe free($0) } }
    var process: pid_t = 0
    // SAFETY: both lists end with NULL, and their strings live until the defer.
    let status = unsafe posix_spawn(
      &process, path, &actions, &attributes, words + [nil], variables + [nil])
    guard status == 0 else { throw SystemCallError("run", path, Errno(rawValue: status)) }
    return process
  }
}
