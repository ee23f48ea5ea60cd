import Glibc

/// Lists directories of procfs and /run, and makes them.
public enum Directory {
  /// Whether `path` is a directory, or a link to one.
  public static func exists(_ path: String) -> Bool {
    var status = stat()
    // SAFETY: the string and the struct live for the call.
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes `path`, whose parent is there, readable for everybody; nothing if it is there already.
  public static func make(_ path: String) throws(SystemCallError) {
    // SAFETY: the string lives for the call.
    if unsafe mkdir(path, 0o755) == 0 { return }
    let errno = Errno.last
    guard errno == .exists, exists(path) else { throw SystemCallError("make", path, errno) }
  }

  /// Makes `path`, which must not be there yet, for its owner alone (where the file system leaves that to us).
  public static func add(_ path: String) throws(SystemCallError) {
    // SAFETY: the string lives for the call.
    if unsafe mkdir(path, 0o700) != 0 { throw SystemCallError("make", path, Errno.last) }
  }

  /// Removes the empty directory `path`; of tracefs, an instance that nobody uses.
  public static func remove(_ path: String) throws(SystemCallError) {
    // SAFETY: the string lives for the call.
    if unsafe rmdir(path) != 0 { throw SystemCallError("remove", path, Errno.last) }
  }

  /// The names in `path` except "." and "..", in no order.
  public static func names(in path: String) throws(SystemCallError) -> [String] {
    try names(in: path) { _ in true }
  }

  /// The names of the directories in `path`, in no order, where the file system says what is one (procfs,
  /// cgroups and all usual ones do).
  public static func subdirectories(of path: String) throws(SystemCallError) -> [String] {
    try names(in: path) { $0 == DT_DIR }
  }

  private static func names(
    in path: String, where isWanted: (Int) -> Bool
  ) throws(SystemCallError) -> [String] {
    // SAFETY: the string lives for the call; the stream is closed on every way out.
    guard let stream = unsafe opendir(path) else {
      throw SystemCallError("list", path, Errno.last)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    // SAFETY: readdir returns NULL or an entry that is valid until the next call.
    while let entry = unsafe readdir(stream) {
      guard isWanted(unsafe Int(entry.pointee.d_type)) else { continue }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe String(
          cString: UnsafeRawPointer(tuple).assumingMemoryBound(to: CChar.self))
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}

/// Looks for files.
public enum File {
  /// Whether there is something at `path`, links followed.
  public static func exists(_ path: String) -> Bool {
    // SAFETY: the string lives for the call.
    unsafe access(path, F_OK) == 0
  }

  /// Removes the file at `path`; nothing if there is none or it may not be removed.
  public static func remove(_ path: String) {
    // SAFETY: the string lives for the call.
    _ = unsafe unlink(path)
  }

  /// Gives the file at `old` the name `new`, where what was there before goes.
  public static func move(_ old: String, to new: String) throws(SystemCallError) {
    // SAFETY: both strings live for the call.
    try retrying("rename", old) { unsafe rename(old, new) }
  }

  /// Whether this process, with the user and capabilities that it has now, may write to `path`.
  public static func isWritable(_ path: String) -> Bool {
    // SAFETY: the string lives for the call.
    unsafe faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0
  }
}
