/// Walks the records of a ring of samples, copied one after the other into `bytes`. Pure; a record that is
/// damaged ends the walk, since the next one cannot be found.
///
///     0       4       6       8
///     ┌───────┬───────┬───────┬─────────────────────────────────────────────────────────────┐
///     │ type  │ misc  │ size  │ SAMPLE: pid 4, tid 4, time 8, raw size 4, raw, cgroup 8      │
///     └───────┴───────┴───────┤ LOST: id 8, count 8                                         │
///                             └─────────────────────────────────────────────────────────────┘
///
/// Source: include/uapi/linux/perf_event.h, enum perf_event_type; kernel/events/core.c,
/// perf_output_sample().
public struct PerfRecords: ~Escapable {
  private let bytes: Span<UInt8>
  private var offset = 0
  /// Samples that records told of as lost, so far.
  public private(set) var lost: UInt64 = 0

  /// A walk over `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  private static var headerByteCount: Int { 8 }

  /// The next sample; nil at the end, and at what cannot be a record.
  @_lifetime(copy self)
  public mutating func next() -> PerfSample? {
    while let type = bytes.number(at: offset, as: UInt32.self),
      let size = bytes.number(at: offset + 6, as: UInt16.self).map({ Int($0) }),
      size >= Self.headerByteCount, size <= bytes.count - offset
    {
      let body = bytes.extracting(offset + Self.headerByteCount..<offset + size)
      offset += size
      switch type {
      case 9: if let sample = PerfSample(body) { return sample }
      case 2: lost &+= body.number(at: 8, as: UInt64.self) ?? 0
      default: break
      }
    }
    offset = bytes.count
    return nil
  }
}

/// One occurrence of a tracepoint: who, when, and the event's own bytes.
public struct PerfSample: ~Escapable {
  /// The process, as our PID namespace numbers it; 0 or less when it is not in ours.
  public let processID: Int32
  /// The thread.
  public let threadID: Int32
  /// CLOCK_MONOTONIC.
  public let monotonicNanoseconds: UInt64
  /// The id of the process's cgroup (v2); nil before Linux 5.7.
  public let cgroupID: UInt64?
  /// The event as its `format` in tracefs describes it; padding may follow.
  public let raw: Span<UInt8>

  @_lifetime(copy body)
  init?(_ body: Span<UInt8>) {
    guard let process = body.number(at: 0, as: Int32.self),
      let thread = body.number(at: 4, as: Int32.self),
      let time = body.number(at: 8, as: UInt64.self),
      let size = body.number(at: 16, as: UInt32.self).map({ Int($0) }), size <= body.count - 20
    else { return nil }
    processID = process
    threadID = thread
    monotonicNanoseconds = time
    raw = body.extracting(20..<20 + size)
    cgroupID = body.number(at: 20 + size, as: UInt64.self)
  }
}

extension Span<UInt8> {
  /// The little-endian integer at `offset`; nil when it does not lie within the bytes.
  public func number<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type) -> Value? {
    let size = Value.bitWidth / 8
    guard offset >= 0, offset <= count, size <= count - offset else { return nil }
    var value: Value = 0
    for index in 0..<size {
      value |= Value(truncatingIfNeeded: self[offset + index]) << Value(index * 8)
    }
    return value
  }
}
