internal import CKernel
import Glibc

/// The mount of the cgroup v2 hierarchy, held open, to ask for the paths of cgroups by number.
public final class CgroupMount: Sendable {
  /// Where it is mounted.
  public let path: String
  private let descriptor: Descriptor

  /// Opens the mount at `path`.
  public init(_ path: String) throws(SystemCallError) {
    descriptor = try Descriptor(opening: path, flags: O_RDONLY | O_DIRECTORY)
    self.path = path
  }

  /// The path, from the root of the file system, of the cgroup with this number: what inet_diag reports, and the
  /// inode of its directory.
  ///
  /// Throws ESTALE for a cgroup that is gone, EPERM without CAP_DAC_READ_SEARCH. Costs four system calls, 4 µs.
  /// Source: fs/kernfs/mount.c, kernfs_fh_to_dentry().
  public func pathOfCgroup(_ number: UInt64) throws(SystemCallError) -> String {
    var path = [CChar](repeating: 0, count: 4096)
    // SAFETY: the array lives for the call, and its length is given.
    let length = unsafe CKernel_cgroup_path(descriptor.number, number, &path, path.count)
    guard length >= 0 else { throw SystemCallError("find", "cgroup \(number)", Errno.last) }
    return String(
      decoding: path.prefix(min(length, path.count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
