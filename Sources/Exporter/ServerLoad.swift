internal import Synchronization

/// What the server is busy with, against its limits.
final class ServerLoad: Sendable {
  /// Something of which there are only so many.
  enum Kind: Hashable, Sendable { case requests, streams }

  private let requests = Atomic<Int>(0)
  private let streams = Atomic<Int>(0)
  private let limits: (requests: Int, streams: Int)

  init(_ options: ExporterOptions) {
    limits = (options.maxRequests, options.maxStreams)
  }

  /// Takes one; false when there are as many as may be.
  func enter(_ kind: Kind) -> Bool {
    let taken: Bool
    switch kind {
    case .requests: taken = Self.take(requests, limits.requests)
    case .streams: taken = Self.take(streams, limits.streams)
    }
    return taken
  }

  /// Gives one back.
  func leave(_ kind: Kind) {
    switch kind {
    case .requests: requests.wrappingSubtract(1, ordering: .relaxed)
    case .streams: streams.wrappingSubtract(1, ordering: .relaxed)
    }
  }

  /// How many there are.
  func count(_ kind: Kind) -> Int {
    switch kind {
    case .requests: requests.load(ordering: .relaxed)
    case .streams: streams.load(ordering: .relaxed)
    }
  }

  private static func take(_ count: borrowing Atomic<Int>, _ limit: Int) -> Bool {
    if count.wrappingAdd(1, ordering: .relaxed).newValue <= limit { return true }
    count.wrappingSubtract(1, ordering: .relaxed)
    return false
  }
}
