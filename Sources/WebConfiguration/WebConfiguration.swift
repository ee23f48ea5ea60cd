public import Passwords

/// What the file of `--web.config.file` says: the format of Prometheus' exporter-toolkit.
///
/// The whole of what it names is in here, also the bytes of its certificates: two that are equal serve alike.
public struct WebConfiguration: Hashable, Sendable {
  /// How connections are encrypted; nil: not at all.
  public var tls: TLSSettings?
  /// Headers that every answer gets, in the file's order.
  public var headers: [Header] = []
  /// Who may ask, by name; empty: everybody.
  public var users: [String: BcryptHash] = [:]
  /// How many requests are answered; nil: as many as come.
  public var rateLimit: RateLimit?

  /// Everybody, without encryption.
  public init() {}

  /// Whether a client must show who it is: by password or certificate.
  public var asksWho: Bool {
    !users.isEmpty || tls.map { $0.clients == .required } ?? false
  }

  /// A header of answers.
  public struct Header: Hashable, Sendable {
    /// Its name, one of those that the format knows.
    public var name: String
    /// Its value: visible ASCII and spaces.
    public var value: String

    /// The header given.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A bucket of tokens, one for each request.
  public struct RateLimit: Hashable, Sendable {
    /// The time in which one token comes back.
    public var intervalNanoseconds: UInt64
    /// The tokens that it holds.
    public var burst: Int

    /// The bucket given.
    public init(intervalNanoseconds: UInt64, burst: Int) {
      self.intervalNanoseconds = intervalNanoseconds
      self.burst = burst
    }
  }
}

/// How connections are encrypted.
public struct TLSSettings: Hashable, Sendable {
  /// The certificate and those that lead to its root, as PEM.
  public var certificate: [UInt8]
  /// Its private key, as PEM.
  public var key: [UInt8]
  /// What is asked of clients.
  public var clients = Clients.none
  /// Whose signature makes a client's certificate good, as PEM; nil: nobody's.
  public var clientAuthorities: [UInt8]?
  /// The oldest version that is spoken.
  public var oldest = Version.tls12
  /// The newest.
  public var newest = Version.tls13
  /// The suites of TLS 1.2, by their IANA names; nil: the usual ones.
  public var cipherSuites: [String]?

  /// What is asked of clients.
  public enum Clients: Hashable, Sendable {
    /// No certificate.
    case none
    /// A certificate, if there is one, must be good.
    case ifGiven
    /// There must be one, and it must be good.
    case required
  }

  /// A version of TLS. Older ones are not offered: they are broken (RFC 8996).
  public enum Version: String, Hashable, Sendable, CaseIterable {
    /// RFC 5246.
    case tls12 = "TLS12"
    /// RFC 8446.
    case tls13 = "TLS13"
  }
}
