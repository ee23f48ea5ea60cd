internal import Frames
public import Kernel
public import Ring

/// The rings in a directory, and which of them is whose: those of collectors of one namespace are named after
/// it, those of a fleet's members by cookie; what the header says decides.
public enum NamespaceRings {
  /// A ring that can be read.
  public struct Found: Sendable {
    /// The file.
    public var path: String
    /// What it says of itself.
    public var header: RingHeader
  }

  /// The ring of the namespace called `name`, which nothing is known of: one that is written, else the one
  /// that was written last; nil when there is none.
  public static func newest(called name: String, in directory: String) -> String? {
    best(all(in: directory).filter { isName($0.header.identity.namespaceName, of: name) })
  }

  /// The ring of a namespace that lives: one of the same cookie, or inode, else one that another boot left
  /// under its name; nil when there is none.
  public static func newest(of identity: NamespaceIdentity, in directory: String) -> String? {
    newest(of: identity, among: all(in: directory))
  }

  /// The same among `rings`.
  public static func newest(of identity: NamespaceIdentity, among rings: [Found]) -> String? {
    let boot = try? BootID.current()
    let here = rings.filter { $0.header.identity.bootID == boot }
    return best(here.filter { isRing($0.header, of: identity) })
      ?? best(
        rings.filter {
          $0.header.identity.bootID != boot
            && isName($0.header.identity.namespaceName, of: identity.name)
        })
  }

  /// Whether a ring of this boot is of a namespace that lives.
  private static func isRing(_ header: RingHeader, of identity: NamespaceIdentity) -> Bool {
    let ring = header.identity
    if let cookie = identity.cookie, ring.namespaceCookie != 0 {
      return ring.namespaceCookie == cookie
    }
    let isNamed = isName(ring.namespaceName, of: identity.name)
    if ring.namespaceInode == 0 || identity.inode == 0 { return isNamed }
    // An inode is given out again: what has ended says nothing of who has it now, unless the name does.
    return ring.namespaceInode == identity.inode && (isNamed || isWritten(header))
  }

  /// One that is written before one that is not, then what was written last.
  private static func best(_ rings: [Found]) -> String? {
    let written = rings.filter { isWritten($0.header) }
    return (written.isEmpty ? rings : written).max {
      $0.header.heartbeatRealtimeNanoseconds < $1.header.heartbeatRealtimeNanoseconds
    }?.path
  }

  private static func isWritten(_ header: RingHeader) -> Bool {
    !FrameWriterStatus(header, isNamed: false).isStale(atNanoseconds: Clock.realtimeNanoseconds())
  }

  /// The rings that can be read, in order of their files' names. `then` is told of those that cannot.
  public static func all(in directory: String, then: (RingError) -> Void = { _ in }) -> [Found] {
    guard let names = try? Directory.names(in: directory) else { return [] }
    return names.sorted().compactMap { name in
      guard name.hasSuffix(".ring") else { return nil }
      do throws(RingError) {
        var reader = try RingReader(path: "\(directory)/\(name)")
        return Found(path: "\(directory)/\(name)", header: try reader.header())
      } catch {
        then(error)
        return nil
      }
    }
  }

  /// Whether a header's name is `name`: a header has room for 64 bytes of it.
  private static func isName(_ found: String, of name: String) -> Bool {
    found == name || found.utf8.count > 60 && name.hasPrefix(found)
  }
}
