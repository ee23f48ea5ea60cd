internal import Kernel

/// Where network namespaces are mounted: what keeps one alive without a process.
enum NamespaceMounts {
  /// The mounts of nsfs that this process sees, by inode: those of `ip netns` and of container runtimes.
  static func read() throws(SystemCallError) -> [UInt64: [String]] {
    parse(try MountTable.read())
  }

  /// Parses /proc/self/mountinfo: "52 26 0:4 net:[4026532200] /run/netns/web rw - nsfs nsfs rw".
  ///
  /// The fourth word is what is mounted, the fifth where; blanks in it are "\040".
  static func parse(_ bytes: [UInt8]) -> [UInt64: [String]] {
    var mounts: [UInt64: [String]] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
      guard words.count == 6, words[3].starts(with: prefix), words[3].last == UInt8(ascii: "]"),
        let inode = UInt64(
          String(decoding: words[3].dropFirst(prefix.count).dropLast(), as: UTF8.self))
      else { continue }
      mounts[inode, default: []].append(unescaped(words[4]))
    }
    return mounts
  }

  /// The namespaces that `ip netns` keeps by name. For a look between two readings of all mounts.
  static func named() -> [UInt64: [String]] {
    let directory = NetworkNamespace.directory
    guard let names = try? Directory.names(in: directory),
      let own = try? FileIdentity(at: "/proc/thread-self/ns/net")
    else { return [:] }
    var mounts: [UInt64: [String]] = [:]
    for name in names.sorted() {
      // The file of a namespace that is made or removed just now is an empty one of another device.
      let path = "\(directory)/\(name)"
      guard let found = try? FileIdentity(at: path), found.device == own.device else { continue }
      mounts[found.inode, default: []].append(path)
    }
    return mounts
  }

  private static let prefix = Array("net:[".utf8)

  /// Octal escapes: "\040" is a blank.
  private static func unescaped(_ word: ArraySlice<UInt8>) -> String {
    var bytes: [UInt8] = []
    var rest = word
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        digits.allSatisfy({ (48...55).contains($0) })
      {
        bytes.append(digits.reduce(0) { $0 &* 8 &+ ($1 &- 48) })
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
