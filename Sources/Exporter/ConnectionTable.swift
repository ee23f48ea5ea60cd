internal import NIOCore
internal import Synchronization

/// The connections that there are: whose they are, what they were let in under, and which makes room for another.
///
/// Who has not shown that it may ask keeps nobody out: where there are as many connections as may be, the oldest
/// of those ends. No address has more than its share.
final class ConnectionTable: Sendable {
  /// A connection's entry.
  struct Place {
    let number: UInt64
    let client: ClientAddress
    /// The policy that it was let in under.
    let policy: Int
  }

  fileprivate struct Entry {
    let place: Place
    let handler: NIOLoopBound<RequestHandler>
    var isKept = false
  }

  fileprivate struct State {
    var entries: [UInt64: Entry] = [:]
    var counts: [ClientAddress: Int] = [:]
    var streams: [ClientAddress: Int] = [:]
    var last: UInt64 = 0
  }

  private let state = Mutex(State())
  private let limits: (connections: Int, streams: Int)

  init(_ options: ExporterOptions) {
    limits = (options.maxConnections, options.maxStreams)
  }

  /// How many there are.
  var count: Int { state.withLock { $0.entries.count } }

  /// Takes a connection; nil where there is no room for it, and none that makes room.
  func enter(
    _ handler: NIOLoopBound<RequestHandler>, of client: ClientAddress, under policy: Int
  ) -> Place? {
    let (place, evicted) = state.withLock { state -> (Place?, Entry?) in
      let hasShare = state.counts[client, default: 0] >= ClientAddress.share(of: limits.connections)
      var evicted: Entry?
      if hasShare || state.entries.count >= limits.connections {
        evicted = state.oldestToEnd(hasShare ? client : nil)
        guard let evicted else { return (nil, nil) }
        state.remove(evicted.place.number)
      }
      state.last += 1
      let place = Place(number: state.last, client: client, policy: policy)
      state.entries[place.number] = Entry(place: place, handler: handler)
      state.counts[client, default: 0] += 1
      return (place, evicted)
    }
    if let handler = evicted?.handler {
      handler.eventLoop.execute { handler.value.cut() }
    }
    return place
  }

  /// Notes that a connection's client has shown who it is, or that this is being looked at: it makes no room.
  func keep(_ place: Place) { state.withLock { $0.entries[place.number]?.isKept = true } }

  /// Forgets a connection that has ended.
  func leave(_ place: Place) { state.withLock { $0.remove(place.number) } }

  /// Takes a stream of the client's; false where it has as many as one may have.
  func enterStream(_ client: ClientAddress) -> Bool {
    state.withLock { state in
      let count = state.streams[client, default: 0]
      guard count < ClientAddress.share(of: limits.streams) else { return false }
      state.streams[client] = count + 1
      return true
    }
  }

  /// Gives a stream back.
  func leaveStream(_ client: ClientAddress) {
    state.withLock { $0.streams.countDown(client) }
  }

  /// Ends all that were let in under another policy; answers under way are the last of their connections.
  func end(exceptUnder policy: Int) {
    forEach({ $0.place.policy != policy }) { $0.endOutdated() }
  }

  /// Ends all at once, whatever their clients have yet to take.
  func cutAll() { forEach({ _ in true }) { $0.cut() } }

  private func forEach(
    _ isMeant: (Entry) -> Bool, _ body: @escaping @Sendable (RequestHandler) -> Void
  ) {
    for entry in state.withLock({ Array($0.entries.values) }) where isMeant(entry) {
      let handler = entry.handler
      handler.eventLoop.execute { body(handler.value) }
    }
  }
}

extension ConnectionTable.State {
  /// The oldest connection that makes room, of one client or of all.
  fileprivate func oldestToEnd(_ client: ClientAddress?) -> ConnectionTable.Entry? {
    var oldest: ConnectionTable.Entry?
    for entry in entries.values where !entry.isKept {
      if let client, entry.place.client != client { continue }
      if let oldest, oldest.place.number < entry.place.number { continue }
      oldest = entry
    }
    return oldest
  }

  fileprivate mutating func remove(_ number: UInt64) {
    guard let entry = entries.removeValue(forKey: number) else { return }
    counts.countDown(entry.place.client)
  }
}

extension [ClientAddress: Int] {
  /// One less; nothing where there is none left.
  fileprivate mutating func countDown(_ client: ClientAddress) {
    let count = self[client, default: 0]
    self[client] = count > 1 ? count - 1 : nil
  }
}
