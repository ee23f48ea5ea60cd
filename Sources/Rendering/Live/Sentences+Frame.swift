internal import Frames
internal import Inet
internal import Pools

extension Sentences {
  /// The verdict of a frame in one sentence, with the pool that decides it.
  static func verdict(_ frame: Frame, _ names: inout Names) -> String {
    let connects = frame.pools.filter { $0.key.kind == .connect }
    guard let pool = frame.decisive?.pool, frame.verdict > .ok else {
      guard let connect = connects.max(by: { $1.pool.isWorse(than: $0.pool) })?.pool else {
        let free = Decimal.grouped(frame.connectCapacity)
        return "nothing outbound; \(free) ports of \(frame.range) are free"
      }
      return "tightest: \(name(connect.key, &names)), \(left(connect))"
    }
    if pool.capacity == 0 { return "\(name(pool.key, &names)) has no port to draw from" }
    let sentence = "\(name(pool.key, &names)) has \(left(pool))"
    return connects.isEmpty ? "\(sentence); nothing is connected out" : sentence
  }
}

extension StateCounts {
  /// The state that most are in; nil when there is none.
  var largest: (state: SocketState, count: Int)? {
    SocketState.allCases.map { ($0, self[$0]) }.max { $0.1 < $1.1 }
      .flatMap { $0.1 > 0 ? $0 : nil }
  }
}
