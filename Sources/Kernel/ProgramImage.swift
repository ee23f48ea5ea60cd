internal import CKernel
internal import Glibc

/// The program that this process runs, and another in its place.
public enum ProgramImage {
  /// The path of the file that is running, as the kernel has it: an argument may say anything.
  public static func path() throws(SystemCallError) -> String {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    // SAFETY: the kernel writes at most the array's length, and the array lives for the call.
    let length = unsafe readlink("/proc/self/exe", &bytes, bytes.count)
    guard length > 0 else { throw SystemCallError("read", "/proc/self/exe", Errno.last) }
    return String(decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Runs the program at `path` with `arguments` (the first is its name) in this process's place, with its
  /// environment and descriptors. Returns only if that fails, with why.
  public static func replace(with path: String, _ arguments: [String]) -> SystemCallError {
    // SAFETY: strdup's strings live until the process ends or is another's; the list ends with NULL.
    let words = unsafe arguments.map { unsafe strdup($0) } + [nil]
    _ = unsafe execve(path, words, CKernel_environment())
    let error = SystemCallError("run", path, Errno.last)
    unsafe words.forEach { unsafe free($0) }
    return error
  }
}
