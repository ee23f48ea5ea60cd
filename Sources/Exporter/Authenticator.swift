internal import NIOCore
internal import NIOPosix
internal import Passwords
internal import Synchronization
internal import WebConfiguration

/// Says whether a request shows who it is.
///
/// bcrypt is slow by intent. So a thread of its own does it, a few questions wait at most, and what was
/// found to be right is remembered as a digest: who scrapes every second pays once. A name that nobody has
/// is answered after as long as one that somebody has.
final class Authenticator: Sendable {
  /// What is known of a request's credentials.
  enum Answer {
    /// They are right, or nobody asks.
    case granted
    /// There are none, or they are malformed.
    case denied
    /// The thread has to look.
    case pending(EventLoopFuture<Bool>)
    /// Too many wait already.
    case busy
  }

  private static let waitingLimit = 16
  private let threads: NIOThreadPool
  private let waiting = Atomic<Int>(0)
  private let verified = Mutex(VerifiedCredentials())

  /// An authenticator that asks on `threads`.
  init(threads: NIOThreadPool) { self.threads = threads }

  /// What is known of the value of `Authorization`.
  func answer(
    to header: String?, _ configuration: WebConfiguration, on eventLoop: any EventLoop
  ) -> Answer {
    guard !configuration.users.isEmpty else { return .granted }
    guard let credentials = header.flatMap({ BasicCredentials($0) }) else { return .denied }
    let hash = configuration.users[credentials.name]
    if let hash, verified.withLock({ $0.contains(credentials, hash) }) { return .granted }
    guard waiting.wrappingAdd(1, ordering: .relaxed).newValue <= Self.waitingLimit else {
      waiting.wrappingSubtract(1, ordering: .relaxed)
      return .busy
    }
    let cost = configuration.users.values.map(\.cost).max() ?? 10
    let answer = threads.runIfActive(eventLoop: eventLoop) { [self] in
      defer { waiting.wrappingSubtract(1, ordering: .relaxed) }
      guard let hash else {
        _ = BcryptHash.unmatched(cost: cost)?.matches(credentials.password)
        return false
      }
      guard hash.matches(credentials.password) else { return false }
      verified.withLock { $0.insert(credentials, hash) }
      return true
    }
    return .pending(answer)
  }
}
