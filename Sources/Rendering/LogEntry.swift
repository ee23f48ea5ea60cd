internal import Frames
internal import Inet
internal import Pools

/// One line of the classic log: a local address in an interval.
struct LogEntry {
  static let listening = "#OfTcpListeningPorts"
  static let pids = "#OfPids"
  static let destinationCount = "#OfDestinations"
  static let timeWait = "#OfTimeWait"

  let address: IPAddress
  /// The address's `bind` or `udp-bind` pool.
  let pool: PoolRecord
  /// Processes that hold ports; nil where frames do not say.
  let processes: Int?
  /// Distinct destinations (address and port) in the interval; nil where not all are listed.
  let destinations: Int?

  /// The columns that are empty for want of knowledge. UDP has no listeners, states or destinations.
  var unknownColumns: [String] {
    var columns: [String] = []
    let isTCP = pool.key.transport == .tcp
    if isTCP, pool.listeningPorts == nil { columns.append(Self.listening) }
    if processes == nil { columns.append(Self.pids) }
    if isTCP, destinations == nil { columns.append(Self.destinationCount) }
    if isTCP, pool.states == nil { columns.append(Self.timeWait) }
    return columns
  }

  /// The lines of a frame, by address, TCP before UDP.
  static func entries(of frame: Frame) -> [LogEntry] {
    var destinations: [IPAddress: Int] = [:]
    for pool in frame.pools {
      if case .connect(let source, _, _, _) = pool.key { destinations[source, default: 0] += 1 }
    }
    let isComplete = frame.other.pools == 0 && frame.other.isExact
    return frame.pools.compactMap { pool -> LogEntry? in
      switch pool.key {
      case .bind(.address(let address)):
        LogEntry(
          address: address, pool: pool, processes: processes(pool, in: frame),
          destinations: isComplete ? destinations[address, default: 0] : nil)
      case .udpBind(.address(let address)):
        LogEntry(
          address: address, pool: pool, processes: processes(pool, in: frame), destinations: nil)
      default: nil
      }
    }.sorted { ($0.address, $0.pool.key) < ($1.address, $1.pool.key) }
  }

  /// A record keeps the largest owners only, so their number is known only where it is not full.
  private static func processes(_ pool: PoolRecord, in frame: Frame) -> Int? {
    guard !pool.owners.isEmpty, pool.owners.count < PoolRecord.ownerLimit else { return nil }
    let areProcesses = pool.owners.allSatisfy { share in
      frame.owners.indices.contains(share.owner) && frame.owners[share.owner].kind == .process
        && !share.isInferred
    }
    return areProcesses ? pool.owners.count : nil
  }
}
