import Glibc
public import Kernel

/// Other programs of the system, run in the calling thread's namespace.
public enum Command {
  /// Runs the program at `arguments[0]` and waits; its output goes to the file `output`, which is
  /// replaced. Returns the exit status, or -1 for an end by a signal.
  public static func run(
    _ arguments: [String], output: String
  ) throws(SystemCallError) -> Int32 {
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
    // SAFETY: the string lives for the call; open(2) takes a mode with O_CREAT.
    let number = unsafe open(output, flags, 0o644)
    guard number >= 0 else { throw SystemCallError("create", output, Errno.last) }
    let file = Descriptor(owning: number)
    // SAFETY: the copies live until they are freed below, the array is terminated by nil, and the
    // file actions are destroyed where they were made.
    var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, file.number, 1)
    var child = pid_t()
    let status = unsafe posix_spawn(&child, arguments[0], &actions, nil, &words, environ)
    guard status == 0 else {
      throw SystemCallError("run", arguments[0], Errno(rawValue: status))
    }
    var result: Int32 = 0
    while unsafe waitpid(child, &result, 0) < 0, errno == EINTR {}
    return result & 0x7f == 0 ? (result >> 8) & 0xff : -1
  }
}
