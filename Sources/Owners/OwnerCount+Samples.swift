internal import Inet

extension OwnerCount {
  /// What a process holds, estimated from the sockets that a sample of its descriptors has hit; `row` gives the
  /// index in `holdings` of a socket by its number, nil for one that is not there.
  ///
  /// Ports are an upper bound: sockets of different pools may share one, which a sample does not tell;
  /// `mostPorts` is how many there are at all.
  public init(
    _ sample: ProcessSample.Holder, of holdings: PortHoldings, mostPorts: Int,
    row: (UInt32) -> Int?
  ) {
    self.init()
    var byState: [UInt8: Int] = [:]
    var byPool: [TupleKey: Int] = [:]
    for number in sample.numbers {
      guard let index = row(number), holdings.isCounted(at: index) else { continue }
      byState[holdings.state(at: index), default: 0] += 1
      if let tuple = holdings.tuple(at: index) { byPool[tuple, default: 0] += 1 }
    }
    func scaled(_ hits: Int) -> Int { sample.share(hits: hits).estimate }
    for (state, hits) in byState { states.set(raw: state, scaled(hits)) }
    ports = min(states.total, mostPorts)
    pools = byPool.count
    let largest = byPool.max { ($0.value, $1.key) < ($1.value, $0.key) }
    tightest = largest?.key
    tightestPorts = largest.map { scaled($0.value) } ?? 0
  }
}

extension TupleKey: Comparable {
  /// By addresses, then ports.
  public static func < (left: TupleKey, right: TupleKey) -> Bool {
    (left.source, left.destination, left.port, left.interface)
      < (right.source, right.destination, right.port, right.interface)
  }
}
