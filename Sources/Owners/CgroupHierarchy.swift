internal import Kernel

/// Which hierarchies of cgroups this host has, and where the one of version 2 is mounted.
///
/// A socket carries a number of version 2 alone. Hybrid hosts have it in a subdirectory, beside those of
/// version 1; where only version 1 is in use, every socket is in the root.
public enum CgroupHierarchy: Hashable, Sendable {
  /// Version 2 alone, mounted there.
  case unified(String)
  /// Version 2 there, beside controllers of version 1.
  case hybrid(String)
  /// Version 1 alone: sockets say nothing of their cgroup.
  case legacyOnly
  /// None that can be seen.
  case none

  /// Where version 2 is mounted; nil where it is not.
  public var mountPoint: String? {
    switch self {
    case .unified(let path), .hybrid(let path): path
    case .legacyOnly, .none: nil
    }
  }

  /// The hierarchy as the calling process sees it.
  public static func current() -> CgroupHierarchy {
    do throws(SystemCallError) {
      return parse(try MountTable.read())
    } catch {
      return .none
    }
  }

  /// Parses /proc/PID/mountinfo; lines that make no sense are passed over. Of several mounts of version 2 the
  /// one counts that shows all cgroups, then the one with the shortest path. `number` says which cgroup is mounted
  /// at a path.
  ///
  ///     36 35 98:0 /root /mount/point rw,noatime master:1 - type source options
  ///
  /// Source: fs/proc_namespace.c, show_mountinfo().
  public static func parse(
    _ bytes: [UInt8], number: (String) -> UInt64? = Self.number(at:)
  ) -> CgroupHierarchy {
    var mounts: [String] = []
    var hasLegacy = false
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let dash = words.dropFirst(6).firstIndex(of: "-"), dash + 1 < words.count else {
        continue
      }
      switch words[dash + 1] {
      case "cgroup2":
        mounts.append(unescaped(words[4]))
      case "cgroup":
        hasLegacy = true
      default: continue
      }
    }
    mounts.sort { $0.utf8.count < $1.utf8.count }
    let whole = mounts.count > 1 ? mounts.first { number($0) == rootNumber } : nil
    guard let mountPoint = whole ?? mounts.first else { return hasLegacy ? .legacyOnly : .none }
    return hasLegacy ? .hybrid(mountPoint) : .unified(mountPoint)
  }

  /// The number of the root of all cgroups (fs/kernfs: the first node). What is mounted in a namespace of cgroups,
  /// as containers have it, or bound from a part of the tree has another one.
  static let rootNumber: UInt64 = 1

  /// The number of the cgroup whose directory is at `path`: its inode. Nil where there is none.
  public static func number(at path: String) -> UInt64? {
    do throws(SystemCallError) { return try FileStatus(of: path).inode } catch { return nil }
  }

  /// The path with its blanks, tabs, line feeds and backslashes, which the kernel writes in octal: "\040".
  private static func unescaped(_ text: Substring) -> String {
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      guard byte == UInt8(ascii: "\\"), digits.count == 3,
        digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) })
      else {
        result.append(byte)
        continue
      }
      result.append(digits.reduce(0) { $0 &<< 3 | ($1 &- UInt8(ascii: "0")) })
      rest = rest.dropFirst(3)
    }
    return String(decoding: result, as: UTF8.self)
  }
}
