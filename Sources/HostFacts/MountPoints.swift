internal import Kernel

/// Where file systems are mounted, as this process sees it.
public enum MountPoints {
  /// The mount points of a type, "cgroup2" or "tracefs", in the kernel's order; none where the list cannot
  /// be read.
  public static func ofType(_ type: String) -> [String] {
    do throws(SystemCallError) {
      return parse(try MountTable.read(), type: type)
    } catch {
      return []
    }
  }

  /// Parses "36 35 98:0 / /mnt rw,noatime shared:1 - ext3 /dev/root rw", one mount a line.
  ///
  /// Blanks in a path are written as octal escapes, and are left so.
  public static func parse(_ bytes: [UInt8], type: String) -> [String] {
    KernelText.lines(bytes).compactMap { line in
      let words = line.split(separator: " ")
      guard let dash = words.firstIndex(of: "-"), dash >= 6, dash + 1 < words.count,
        words[dash + 1] == type
      else { return nil }
      return String(words[4])
    }
  }
}
