import Glibc

/// Lists directories of procfs and /run.
public enum Directory {
  /// The names in `path` except "." and "..", in no order.
  public static func names(in path: String) throws(SystemCallError) -> [String] {
    // SAFETY: the string lives for the call; the stream is closed on every way out.
    guard let stream = unsafe opendir(path) else {
      throw SystemCallError("list", path, Errno.last)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    // SAFETY: readdir returns NULL or an entry that is valid until the next call.
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe String(
          cString: UnsafeRawPointer(tuple).assumingMemoryBound(to: CChar.self))
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
