internal import Passwords
internal import WebConfiguration

/// Who is let in: what of a configuration must not change under an open connection.
///
/// A certificate that is renewed is not in it: it lets nobody else in.
struct AccessPolicy: Hashable {
  private let users: [String: BcryptHash]
  private let tls: TLSSettings?

  /// The policy of a configuration.
  init(_ configuration: WebConfiguration) {
    users = configuration.users
    var tls = configuration.tls
    tls?.certificate = []
    tls?.key = []
    self.tls = tls
  }
}
