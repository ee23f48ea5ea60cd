internal import NIOSSL
internal import Synchronization
public import WebConfiguration

/// The web configuration that holds now, for all connections; replaced as a whole.
public final class WebSettings: Sendable {
  /// A configuration, and what was made of it.
  struct Active: Sendable {
    let configuration: WebConfiguration
    let tls: NIOSSLContext?
    /// Counts the policies that there were: another one, another number.
    var policy = 0
  }

  private let path: String?
  private let mustAskWho: Atomic<Bool>
  private let active: Mutex<Active>
  private let problem = Mutex<WebConfigurationError?>(nil)

  /// The settings of the file at `path`; nil: everybody, without encryption. With `mustAskWho` a file that asks
  /// nobody who they are is refused.
  public init(path: String?, mustAskWho: Bool = false) throws(WebConfigurationError) {
    self.path = path
    self.mustAskWho = Atomic(mustAskWho)
    active = Mutex(try Self.load(path, mustAskWho))
  }

  /// From now on a file that asks nobody who they are is refused.
  func keepAsking() { mustAskWho.store(true, ordering: .relaxed) }

  /// What holds now.
  var now: Active { active.withLock { $0 } }

  /// Whether a client must show who it is, as of now.
  public var asksWho: Bool { now.configuration.asksWho }

  /// Whether connections are encrypted, as of now.
  public var isEncrypted: Bool { now.tls != nil }

  /// What came of looking at the file again.
  public enum Reload: Hashable, Sendable {
    /// Nothing has changed, or it is as bad as it was.
    case unchanged
    /// It holds from now on; what was let in under another policy ends.
    case replaced
    /// It cannot be used, and the old one holds.
    case kept(WebConfigurationError)
  }

  /// Reads the file, and those that it names, again. Some system calls; nothing happens where they are equal.
  public func reload() -> Reload {
    do throws(WebConfigurationError) {
      let mustAskWho = mustAskWho.load(ordering: .relaxed)
      let next = try Self.load(path, mustAskWho, unless: now.configuration)
      problem.withLock { $0 = nil }
      guard var next else { return .unchanged }
      active.withLock { old in
        let isSame = AccessPolicy(next.configuration) == AccessPolicy(old.configuration)
        next.policy = isSame ? old.policy : old.policy + 1
        old = next
      }
      return .replaced
    } catch {
      let isNew = problem.withLock { old in
        defer { old = error }
        return old != error
      }
      return isNew ? .kept(error) : .unchanged
    }
  }

  private static func load(
    _ path: String?, _ mustAskWho: Bool
  ) throws(WebConfigurationError) -> Active {
    try load(path, mustAskWho, unless: nil)
      ?? Active(configuration: WebConfiguration(), tls: nil)
  }

  private static func load(
    _ path: String?, _ mustAskWho: Bool, unless old: WebConfiguration?
  ) throws(WebConfigurationError) -> Active? {
    guard let path else { return nil }
    let configuration = try WebConfiguration.load(path)
    if configuration == old { return nil }
    if mustAskWho, !configuration.asksWho {
      throw .missing(
        source: path, line: 1, key: "basic_auth_users",
        why: "everybody on the network would be answered (--web.allow-anybody)")
    }
    let tls = try configuration.tls.map { (tls) throws(WebConfigurationError) in
      try tls.context(source: path)
    }
    return Active(configuration: configuration, tls: tls)
  }
}
