internal import Census
internal import Inet
internal import Kernel
internal import Netlink
internal import Owners
internal import SocketDiag

/// Which processes hold sockets of which connect pools, beside a census: another look at each datagram while it is
/// in the cache.
///
///     sampled   look → beginPass → count …             descriptors first: only what was hit is remembered
///     exact     beginPass → count … → look             sockets first: 23 to 33 bytes each, then every descriptor
///
/// Rows that are not asked for cost a look into a small table.
struct ProcessCensus: Sendable {
  let search: ProcessSearch
  /// The processes found, described; the first holder's number is 1.
  private(set) var processes: [ProcessScan.Process] = []
  /// Sockets that several hold; nil where that was not looked at.
  private(set) var sharedCount: Int?
  /// Whether some socket was left whose holder was not found; true where not all were looked for.
  private(set) var hasUnseen = false
  private(set) var refusedCount = 0
  private(set) var refusal: SystemCallError?
  /// Why nobody could be looked at.
  private(set) var error: SystemCallError?

  private let range: PortRange
  private var sockets = SocketInodes()
  private var holders = SocketHolders(count: 0)
  private var sample = ProcessSample()
  private var pools = SocketPools()

  init(_ search: ProcessSearch, range: PortRange) {
    self.search = search
    self.range = range
  }

  /// Begins a sample: looks at some descriptors, if only some are asked for.
  mutating func begin() {
    self = ProcessCensus(search, range: range)
    guard case .sampled(let links) = search else { return }
    do throws(SystemCallError) {
      var scan = ProcessScan(namespace: try NetworkNamespace.current().inode)
      sample = try scan.sample(linksPerProcess: links) { UInt32.random(in: 0..<max(1, $0)) }
      (refusedCount, refusal) = (scan.refusedCount, scan.refusal)
    } catch {
      self.error = error
    }
  }

  /// Starts a pass over the table from nothing.
  mutating func beginPass() {
    sockets = SocketInodes()
    pools.removeAll()
  }

  /// Counts the rows of one datagram of the connected states; `listeners` tells inbound from outbound.
  mutating func count(
    _ rows: inout ReplyCursor, _ listeners: borrowing ListenerIndex
  ) throws(NetlinkError) {
    let isExact = search == .exact
    while let row = try rows.nextRow() {
      let inode = row.inode
      guard inode != 0, !row.isMinisock else { continue }
      var number: UInt32 = 0
      if !isExact {
        number = sample.sockets.number(of: inode)
        if number == 0 { continue }
      }
      let port = row.sourcePort, remotePort = row.destinationPort
      guard range.contains(port), remotePort != 0 else { continue }
      let source = row.source, interface = row.interface
      if listeners.covers(source, port, interface: interface) { continue }
      if isExact { number = sockets.insert(inode) }
      pools.note(
        number,
        in: TupleKey(
          source: source, destination: row.destination, port: remotePort, interface: interface))
    }
  }

  /// Ends a sample: looks at all descriptors, if they are asked for, and finds names.
  mutating func finish() {
    if error != nil { return }
    guard search == .exact else {
      hasUnseen = true
      processes = sample.holders.map { holder in
        holder.numbers.contains { pools.pool($0) != nil }
          ? holder.process.described() : holder.process
      }
      return
    }
    do throws(SystemCallError) {
      var scan = ProcessScan(namespace: try NetworkNamespace.current().inode)
      holders = try scan.readAll(for: sockets)
      processes = scan.processes
      (refusedCount, refusal) = (scan.refusedCount, scan.refusal)
      sharedCount = holders.sharedCount
      hasUnseen = holders.unclaimedCount > 0
    } catch {
      self.error = error
    }
  }

  /// What a process holds of a pool.
  struct Holding {
    /// nil: those whose holder was not found.
    var process: ProcessScan.Process?
    /// Ports of living sockets.
    var ports: Int
    /// Where ports are an estimate: bounds that hold 95 times of 100.
    var bounds: ClosedRange<Int>?

    /// The bounds of an estimate of what is `limit` at most. An estimate beyond it is brought down to it, and what it
    /// may be too high by is kept: cut off alone, bounds that lie beyond the limit would look exact.
    func bounds(within limit: Int) -> ClosedRange<Int>? {
      guard let bounds else { return nil }
      let low = bounds.lowerBound - max(0, ports - limit)
      return min(max(low, min(bounds.lowerBound, 1)), limit)...min(bounds.upperBound, limit)
    }
  }

  /// The processes of each of `wanted`, in their order; of one pool by process. Costs one look at all sockets.
  func holdings(of wanted: [TupleKey]) -> [[Holding]] {
    var places: [TupleKey: Int] = [:]
    for (place, tuple) in wanted.enumerated() { places[tuple] = place }
    let placeOfPool = pools.tuples.map { places[$0] }
    func place(_ number: UInt32) -> Int? { pools.pool(number).flatMap { placeOfPool[$0] } }
    return search == .exact
      ? counted(wanted.count, place) : estimated(wanted.count, place)
  }

  private func counted(_ count: Int, _ place: (UInt32) -> Int?) -> [[Holding]] {
    // One row of counters a pool, for each process and for those that were not found.
    let width = processes.count + 1
    var ports = [Int32](repeating: 0, count: count * width)
    for number in 1...UInt32(max(1, pools.count)) {
      guard let place = place(number) else { continue }
      ports[place * width + Int(holders.first(number))] += 1
    }
    return (0..<count).map { place in
      (0..<width).compactMap { holder in
        let held = Int(ports[place * width + holder])
        return held == 0
          ? nil : Holding(process: holder == 0 ? nil : processes[holder - 1], ports: held)
      }
    }
  }

  private func estimated(_ count: Int, _ place: (UInt32) -> Int?) -> [[Holding]] {
    var result = Array(repeating: [Holding](), count: count)
    for (index, holder) in sample.holders.enumerated() {
      var hits: [Int: Int] = [:]
      for number in holder.numbers {
        if let place = place(number) { hits[place, default: 0] += 1 }
      }
      for (place, hits) in hits {
        let share = holder.share(hits: hits)
        result[place].append(
          Holding(
            process: processes[index], ports: share.estimate,
            bounds: share.isExact ? share.estimate...share.estimate : share.bounds))
      }
    }
    return result
  }

  /// How many processes have a connection from each address: of a sample, at least so many.
  func processCounts() -> [IPAddress: Int] {
    var found: [IPAddress: Set<UInt32>] = [:]
    if search == .exact {
      for number in 1...UInt32(max(1, pools.count)) {
        let holder = holders.first(number)
        guard holder != 0, let pool = pools.pool(number) else { continue }
        found[pools.tuples[pool].source, default: []].insert(holder)
      }
    } else {
      for (index, holder) in sample.holders.enumerated() {
        for number in holder.numbers {
          guard let pool = pools.pool(number) else { continue }
          found[pools.tuples[pool].source, default: []].insert(UInt32(index))
        }
      }
    }
    return found.mapValues(\.count)
  }
}
