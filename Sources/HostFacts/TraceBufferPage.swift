internal import Kernel

/// Walks the records of one page of a trace buffer, as `per_cpu/cpuN/trace_pipe_raw` gives it. Pure; what
/// cannot be a record ends the walk, since the next one cannot be found.
///
///     0            8            16
///     ┌────────────┬────────────┬───────────────────────────────────────────────
///     │ time 8     │ commit 8   │ records                     commit: bytes of records in bits 0-29
///     └────────────┴────────────┘
///     a record:  kind in bits 0-4, nanoseconds since the last one in bits 5-31, then
///       1-28       the event: 4 bytes for each
///       0          its length with these 4 bytes, the event
///       29         padding: of the rest when no time passed, else its length with these 4 bytes
///       30, 31     nanoseconds from bit 27 on: since the last record; since the clock's beginning
///
/// Source: kernel/trace/ring_buffer.c, struct buffer_data_page, rb_event_length();
/// include/linux/ring_buffer.h, enum ring_buffer_type.
struct TraceBufferPage: ~Escapable {
  private let records: Span<UInt8>
  private var offset = 0
  private var time: UInt64

  /// The records of `page`; none if it is no page.
  @_lifetime(copy page)
  init(_ page: Span<UInt8>) {
    time = page.number(at: 0, as: UInt64.self) ?? 0
    let commit = page.number(at: 8, as: UInt64.self) ?? 0
    let room = max(0, page.count - Self.headerByteCount)
    let length = min(room, Int(commit & Self.commitMask))
    records = page.extracting(last: room).extracting(first: length)
  }

  /// An event: its bytes as its `format` in tracefs describes them (padding may follow), and when it was, by
  /// the clock of the buffer.
  struct Record: ~Escapable {
    let raw: Span<UInt8>
    let nanoseconds: UInt64

    @_lifetime(copy raw)
    init(_ raw: Span<UInt8>, _ nanoseconds: UInt64) {
      self.raw = raw
      self.nanoseconds = nanoseconds
    }
  }

  /// The next event; nil at the end.
  @_lifetime(copy self)
  mutating func next() -> Record? {
    while let header = records.number(at: offset, as: UInt32.self) {
      let kind = Int(header & 31), delta = UInt64(header >> 5)
      let word = records.number(at: offset + 4, as: UInt32.self)
      let dataStart = offset + (kind == 0 ? 8 : 4)
      let byteCount: Int
      switch kind {
      case 1...28: byteCount = 4 + kind * 4
      case 0, 29:
        guard let word, word >= 4, !(kind == 29 && delta == 0) else { return end() }
        byteCount = 4 + Int(word)
      default:
        guard let word else { return end() }
        byteCount = 8
        let high = UInt64(word) << 27
        time = kind == 30 ? time &+ high : (time & Self.timeTop | high)
      }
      guard byteCount <= records.count - offset else { return end() }
      time = time &+ delta
      let next = offset + byteCount
      offset = next
      if kind <= 28 { return Record(records.extracting(dataStart..<next), time) }
    }
    return end()
  }

  @_lifetime(copy self)
  private mutating func end() -> Record? {
    offset = records.count
    return nil
  }

  private static var headerByteCount: Int { 16 }
  /// RB_MISSED_EVENTS and RB_MISSED_STORED stand above.
  private static var commitMask: UInt64 { 0x3fff_ffff }
  /// An absolute time has 59 bits; those above are as before (TS_MSB).
  private static var timeTop: UInt64 { 0xf800_0000_0000_0000 }
}
