import Glibc
import Kernel
import Ring

/// The rings of a collector of all namespaces, besides the host's: files that are named by cookie.
enum NamespaceRings {
  /// The file of the namespace with this cookie, or, where the kernel tells none, this inode.
  static func file(in directory: String, cookie: UInt64?, inode: UInt64) -> String {
    "\(directory)/\(prefix)\(cookie.map { "\($0)" } ?? "inode-\(inode)").ring"
  }

  /// The ring of the namespace called `name` that was written last; nil when there is none.
  static func newest(of name: String, in directory: String) -> String? {
    all(in: directory).filter { isName($0.header.identity.namespaceName, of: name) }
      .max {
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
    for (path, header) in all(in: directory) where !kept.contains(path) {
      let heartbeat = header.heartbeatRealtimeNanoseconds
      guard header.identity.bootID != boot || now > heartbeat && now - heartbeat > nanoseconds
      else { continue }
      for file in [path, "\(path).lock", "\(path).old"] { File.remove(file) }
    }
  }

  /// The rings that can be read, in order of their names.
  private static func all(in directory: String) -> [(path: String, header: RingHeader)] {
    guard let names = try? Directory.names(in: directory) else { return [] }
    return names.sorted().compactMap { name in
      guard name.hasPrefix(prefix), name.hasSuffix(".ring") else { return nil }
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

  private static let prefix = "ns-"
}
