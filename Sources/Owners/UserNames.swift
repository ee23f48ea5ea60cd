internal import Kernel

/// The names of users by their numbers, from /etc/passwd alone: no directory service is asked, which could
/// hang, and dump sockets of its own into what we count.
public struct UserNames: Sendable {
  private let names: [UInt32: String]

  /// The names in the file at `path`, read once. Without the file, or if it is larger than 1 MiB, none is
  /// known.
  public init(path: String = "/etc/passwd") {
    self.init(parsing: (try? KernelFile.read(path, limit: 1 << 20)) ?? [])
  }

  /// Parses the format of passwd(5): "name:password:uid:…". The first line of a number counts, as for the C
  /// library; lines that make no sense are passed over.
  public init(parsing bytes: [UInt8]) {
    var names: [UInt32: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
      guard fields.count >= 3, !fields[0].isEmpty, let uid = UInt32(fields[2]),
        names[uid] == nil
      else { continue }
      names[uid] = String(fields[0].prefix(64))
    }
    self.names = names
  }

  /// The name of user `uid`; nil when the file has none.
  public func name(_ uid: UInt32) -> String? { names[uid] }
}
