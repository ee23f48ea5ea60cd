import Collector
import Kernel
import Ring

/// The rings in a directory: those of collectors of one namespace, named after it, and those of a collector of
/// all namespaces, named by cookie.
enum NamespaceRings {
  /// The file of the namespace with this cookie, or, where the kernel tells none, this inode.
  static func file(in directory: String, cookie: UInt64?, inode: UInt64) -> String {
    "\(directory)/\(prefix)\(cookie.map { "\($0)" } ?? "inode-\(inode)").ring"
  }

  /// The ring of the namespace called `name` that was written last; nil when there is none.
  static func newest(called name: String, in directory: String) -> String? {
    newest(all(in: directory).filter { isName($0.header.identity.namespaceName, of: name) })
  }

  /// The ring of a namespace that was written last: by its name, else one that is written and has its inode.
  static func newest(of identity: NamespaceIdentity, in directory: String) -> String? {
    let rings = all(in: directory)
    return newest(rings.filter { isName($0.header.identity.namespaceName, of: identity.name) })
      ?? newest(
        rings.filter {
          // An inode is given out again: what has ended says nothing of who has it now.
          $0.header.identity.namespaceInode == identity.inode && !$0.header.isClosedCleanly
        })
  }

  private static func newest(_ rings: [(path: String, header: RingHeader)]) -> String? {
    rings.max {
      $0.header.heartbeatRealtimeNanoseconds < $1.header.heartbeatRealtimeNanoseconds
    }?.path
  }

  /// Removes the rings that nobody has written for `nanoseconds`, or of another boot, but for `kept`.
  ///
  /// Their lock files go with them: a cookie is not given again, so nobody waits for one.
  static func sweep(
    _ directory: String, olderThan nanoseconds: UInt64, boot: BootID, keeping kept: Set<String>
  ) {
    let now = Clock.realtimeNanoseconds()
    for (path, header) in all(in: directory) where !kept.contains(path) && isMember(path) {
      let heartbeat = header.heartbeatRealtimeNanoseconds
      guard header.identity.bootID != boot || now > heartbeat && now - heartbeat > nanoseconds
      else { continue }
      for file in [path, "\(path).lock", "\(path).old"] { File.remove(file) }
    }
  }

  /// The rings that can be read, in order of their files' names.
  static func all(in directory: String) -> [(path: String, header: RingHeader)] {
    guard let names = try? Directory.names(in: directory) else { return [] }
    return names.sorted().compactMap { name in
      guard name.hasSuffix(".ring") else { return nil }
      let path = "\(directory)/\(name)"
      do throws(RingError) {
        var reader = try RingReader(path: path)
        return (path, try reader.header())
      } catch {
        return nil
      }
    }
  }

  /// Whether a header's name is `name`: a header has room for 64 bytes of it.
  private static func isName(_ found: String, of name: String) -> Bool {
    found == name || found.utf8.count > 60 && name.hasPrefix(found)
  }

  /// Whether a file is one that is removed when nobody writes it any more.
  private static func isMember(_ path: String) -> Bool {
    path.split(separator: "/").last?.hasPrefix(prefix) ?? false
  }

  private static let prefix = "ns-"
}
