internal import NIOCore
internal import Passwords
internal import Synchronization
internal import WebConfiguration

/// Says whether a request shows who it is.
///
/// bcrypt is slow by intent. So a thread of its own does it, a few questions wait at most, and what was
/// found to be right is remembered as a digest: who scrapes every second pays once. A name that nobody has
/// is answered after as long as one that somebody has. One client's questions are at most half of those that wait.
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
  private static let clientLimit = 8
  private let workplace: Workplace
  /// How many questions of each client wait.
  private let waiting = Mutex<[ClientAddress: Int]>([:])
  private let verified = Mutex(VerifiedCredentials())

  /// An authenticator that asks at `workplace`.
  init(workplace: Workplace) { self.workplace = workplace }

  /// What is known of the value of `Authorization` that a client has shown.
  func answer(
    to header: String?, of client: ClientAddress, _ configuration: WebConfiguration,
    on eventLoop: any EventLoop
  ) -> Answer {
    guard !configuration.users.isEmpty else { return .granted }
    guard let credentials = header.flatMap({ BasicCredentials($0) }) else { return .denied }
    let hash = configuration.users[credentials.name]
    if let hash, verified.withLock({ $0.contains(credentials, hash) }) { return .granted }
    guard take(client) else { return .busy }
    let cost = configuration.users.values.map(\.cost).max() ?? 10
    let answer = workplace.run(on: eventLoop) { [self] in
      defer { give(client) }
      let isRight = BcryptHash.check(credentials.password, against: hash, highestCost: cost).isRight
      guard isRight, let hash else { return false }
      verified.withLock { $0.insert(credentials, hash) }
      return true
    }
    return .pending(answer)
  }

  private func take(_ client: ClientAddress) -> Bool {
    waiting.withLock { waiting in
      let mine = waiting[client, default: 0]
      guard mine < Self.clientLimit, waiting.values.reduce(0, +) < Self.waitingLimit else {
        return false
      }
      waiting[client] = mine + 1
      return true
    }
  }

  private func give(_ client: ClientAddress) {
    waiting.withLock { waiting in
      let mine = waiting[client, default: 0]
      waiting[client] = mine > 1 ? mine - 1 : nil
    }
  }
}
