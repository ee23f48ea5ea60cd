import Kernel
import Ring

/// The files of a fleet's members in a directory: "ns-COOKIE.ring", and what lies beside it.
///
/// They are kept for a while after their namespace has gone, and go when a new one needs the room.
enum MemberRings {
  /// The file of the namespace with this cookie, or, where the kernel tells none, this inode.
  static func file(in directory: String, cookie: UInt64?, inode: UInt64) -> String {
    "\(directory)/\(prefix)\(cookie.map { "\($0)" } ?? "\(inodePrefix)\(inode)").ring"
  }

  /// Removes the rings that nobody has written for `nanoseconds`, of whatever boot, but for `kept`.
  static func sweep(
    _ directory: String, olderThan nanoseconds: UInt64, keeping kept: Set<String>
  ) {
    let now = Clock.realtimeNanoseconds()
    for member in all(in: directory) where !kept.contains(member.path) {
      guard now > member.writtenAt, now - member.writtenAt > nanoseconds else { continue }
      _ = remove(member)
    }
  }

  /// Whether the ring at `path`, of `byteCount`, has room beside the others, which may take `total` together:
  /// those that nobody writes go for that, the oldest first, but for `kept`.
  static func makeRoom(
    for path: String, byteCount: Int, within total: Int, keeping kept: Set<String>
  ) -> Bool {
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let members = all(in: String(path[..<slash]))
    var sum = members.map(\.byteCount).reduce(0, +)
    // One that is there is continued.
    if !File.exists(path) { sum += byteCount }
    for member in members.sorted(by: { $0.writtenAt < $1.writtenAt }) where sum > total {
      if member.path != path, !kept.contains(member.path), remove(member) {
        sum -= member.byteCount
      }
    }
    return sum <= total
  }

  /// The files of one member.
  private struct Member {
    var path: String
    /// What they take together.
    var byteCount = 0
    /// When one of them was written last: CLOCK_REALTIME.
    var writtenAt: UInt64 = 0
  }

  /// By their names, also those without a ring.
  private static func all(in directory: String) -> [Member] {
    var members: [String: Member] = [:]
    for name in (try? Directory.names(in: directory)) ?? [] {
      guard let end = name.firstRange(of: ".ring")?.upperBound,
        RingRemoval.suffixes.contains(String(name[end...])), isMember(name[..<end]),
        let status = try? FileStatus(of: "\(directory)/\(name)")
      else { continue }
      let path = "\(directory)/\(name[..<end])"
      var member = members[path] ?? Member(path: path)
      member.byteCount += status.allocatedByteCount
      member.writtenAt = max(member.writtenAt, status.modifiedNanoseconds)
      members[path] = member
    }
    return members.values.sorted { $0.path < $1.path }
  }

  /// Whether a name is "ns-12.ring" or "ns-inode-12.ring".
  private static func isMember(_ name: Substring) -> Bool {
    guard name.hasPrefix(prefix) else { return false }
    var number = name.dropFirst(prefix.count).dropLast(".ring".count)
    if number.hasPrefix(inodePrefix) { number = number.dropFirst(inodePrefix.count) }
    return !number.isEmpty && number.utf8.allSatisfy { (48...57).contains($0) }
  }

  /// Not what is no ring, nor that of a collector of one namespace that happens to be called so.
  private static func remove(_ member: Member) -> Bool {
    do throws(RingError) {
      var reader = try RingReader(path: member.path)
      let identity = try reader.header().identity
      let names = [identity.namespaceCookie, nil].map {
        file(in: "", cookie: $0, inode: identity.namespaceInode)
      }
      guard names.contains(where: { member.path.hasSuffix($0) }) else { return false }
    } catch {
      switch error.reason {
      case .missing, .wrongVersion, .corruptHeader, .truncated: break
      default: return false
      }
    }
    return RingRemoval.remove(member.path)
  }

  private static let prefix = "ns-", inodePrefix = "inode-"
}
