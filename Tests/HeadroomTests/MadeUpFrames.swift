import Frames
import FramesTestKit
import Headroom
import Inet
import Kernel
import Pools

/// Frames of made-up hosts that are of now.
enum MadeUpFrames {
  static let source = IPAddress(ipv4: 0x0a00_0005)
  static let destination = IPAddress(ipv4: 0x0a01_0203)
  static let second: UInt64 = 1_000_000_000

  /// A proxy with `inUse` ports to `destination`:443, taken `nanosecondsAgo` by a writer of this boot.
  static func proxy(
    inUse: Int, tick: UInt64 = 7, nanosecondsAgo ago: UInt64 = 0
  ) throws -> Frame {
    var frame = Scenario.proxy(seconds: 1) { _ in inUse }.frames[0]
    frame.boot = try BootID.current()
    frame.tick = tick
    let now = Clock.monotonicNanoseconds()
    frame.takenAtNanoseconds = Clock.realtimeNanoseconds() - ago
    frame.monotonicNanoseconds = now - min(now, ago)
    for index in frame.pools.indices {
      frame.pools[index].countedAtMonotonic = frame.monotonicNanoseconds
    }
    return frame
  }

  /// Another pool to the same destination.
  static func record(from source: IPAddress, inUse: Int, in frame: Frame) throws -> PoolRecord {
    guard var record = frame.pools.first(where: { $0.key == Scenario.key }) else {
      throw Errno(rawValue: 2)
    }
    record.key = .connect(source: source, destination: destination, port: 443, interface: 0)
    record.inUse = Gauge(inUse)
    record.inUseBound = inUse
    record.headroom = Gauge(record.capacity - inUse)
    return record
  }

  static func table(_ frame: Frame) -> HeadroomTable {
    HeadroomTable(frame, intervalNanoseconds: second)
  }
}

extension HeadroomAnswer {
  /// The pool that was counted.
  var pool: PoolHeadroom? { if case .counted(let pool) = self { pool } else { nil } }
  /// The bound on one that is not listed.
  var bound: UnlistedHeadroom? { if case .unlisted(let bound) = self { bound } else { nil } }
  /// Why nothing is known.
  var why: HeadroomUnknown? { if case .unknown(let why) = self { why } else { nil } }
}
