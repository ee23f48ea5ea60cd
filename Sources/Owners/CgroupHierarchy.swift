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
      return parse(try KernelFile.read("/proc/self/mountinfo", limit: 4_194_304))
    } catch {
      return .none
    }
  }

  /// Parses /proc/PID/mountinfo; lines that make no sense are passed over.
  ///
  ///     36 35 98:0 /root /mount/point rw,noatime master:1 - type source options
  ///
  /// Source: fs/proc_namespace.c, show_mountinfo().
  public static func parse(_ bytes: [UInt8]) -> CgroupHierarchy {
    var mountPoint: String?
    var hasLegacy = false
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let dash = words.dropFirst(6).firstIndex(of: "-"), dash + 1 < words.count else {
        continue
      }
      switch words[dash + 1] {
      case "cgroup2":
        // The shortest: others are bind mounts of parts of it.
        let path = unescaped(words[4])
        if mountPoint.map({ path.utf8.count < $0.utf8.count }) ?? true { mountPoint = path }
      case "cgroup":
        hasLegacy = true
      default: continue
      }
    }
    guard let mountPoint else { return hasLegacy ? .legacyOnly : .none }
    return hasLegacy ? .hybrid(mountPoint) : .unified(mountPoint)
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
