public import Metrics

/// What an exporter goes by, from its start to its end.
public struct ExporterOptions: Sendable {
  /// Where it listens.
  public var addresses: [ListenAddress] = []
  /// Sockets that the service manager listens on for us.
  public var inheritedSockets: [Int32] = []
  /// Whether everybody on the network may ask, if the web configuration asks nobody who they are.
  public var allowsAnybody = false
  /// The ring, or the directory of rings; nil: where collectors write by default.
  public var ring: String?
  /// The series that are written.
  public var limits = MetricLimits()
  /// Requests that are answered at once; more get 503.
  public var maxRequests = 40
  /// Connections at once; more get 503.
  public var maxConnections = 1024
  /// Streams of events at once; more get 503.
  public var maxStreams = 64
  /// How long things may take.
  public var times = Times()

  /// The defaults, which listen nowhere.
  public init() {}

  /// How long things may take, in seconds.
  public struct Times: Hashable, Sendable {
    /// From the first byte of a request, or from the connection, to its end.
    public var request: Int64 = 10
    /// From the end of a request until its answer has left.
    public var answer: Int64 = 30
    /// Between an answer and the next request.
    public var idle: Int64 = 150
    /// From when a ring's file is gone until its namespace is forgotten: a writer may be about to make another.
    public var absence: Int64 = 10

    /// The defaults.
    public init() {}
  }
}

/// Why an exporter cannot be started.
public enum ExporterError: Error, Hashable, Sendable {
  /// It cannot listen there.
  case cannotListen(address: String, problem: String)
  /// It would answer everybody on the network, and nobody said that it may.
  case open(address: String)
}

extension ExporterError: CustomStringConvertible {
  /// What was tried, what came back, and what to do.
  public var description: String {
    switch self {
    case .cannotListen(let address, let problem):
      "cannot listen on \(address): \(problem); --web.listen-address names another"
    case .open(let address):
      "\(address) is for everybody on the network, and nobody is asked who they are: name users or "
        + "client certificates in --web.config.file, or say --web.allow-anybody"
    }
  }
}
