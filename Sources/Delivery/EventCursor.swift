public import Frames
public import Kernel

/// How far somebody has come with the events of a ring: what is settled and need not be shown again.
///
/// Settled is everything before the position, and at or after it what stands in `settled`. Positions are
/// moments of the monotonic clock within a boot: a wall clock that is set changes nothing.
public struct EventCursor: Hashable, Sendable {
  /// The boot of the position.
  public var boot: BootID
  /// CLOCK_MONOTONIC nanoseconds.
  public var monotonicNanoseconds: UInt64
  /// CLOCK_REALTIME nanoseconds of the same event: what decides between boots.
  public var atNanoseconds: UInt64
  /// Settled events at or after the position, by `EventCursor.identity`.
  public var settled: [UInt64]

  /// The cursor given.
  public init(
    boot: BootID, monotonicNanoseconds: UInt64, atNanoseconds: UInt64, settled: [UInt64] = []
  ) {
    self.boot = boot
    self.monotonicNanoseconds = monotonicNanoseconds
    self.atNanoseconds = atNanoseconds
    self.settled = settled
  }

  /// What an event is known by, the same in every process: FNV-1a over its words.
  public static func identity(_ event: Event) -> UInt64 {
    var words: [UInt64] = []
    event.write(into: &words)
    return words.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01b3 }
  }
}

extension EventCursor {
  /// The cursor in the file at `path`; nil when there is none yet.
  public static func load(_ path: String) throws(CursorError) -> EventCursor? {
    let bytes: [UInt8]
    do throws(SystemCallError) {
      bytes = try KernelFile.read(path, limit: 4_194_304)
    } catch {
      if error.errno == .noEntry { return nil }
      throw .unreadable(error)
    }
    guard let cursor = EventCursor(text: String(decoding: bytes, as: UTF8.self)) else {
      throw .malformed(path: path)
    }
    return cursor
  }

  /// Replaces the file at `path`, as a whole.
  public func save(_ path: String) throws(SystemCallError) {
    try AtomicFile.replace(path, by: Array(text.utf8))
  }

  /// The file: "ullage-cursor/1", then boot, moments, and what is settled, one a line, "end".
  var text: String {
    let head = ["ullage-cursor/1", hex(boot.low), hex(boot.high)]
    let lines = head + ["\(monotonicNanoseconds)", "\(atNanoseconds)"] + settled.map(hex) + ["end"]
    return lines.joined(separator: "\n") + "\n"
  }

  init?(text: String) {
    let lines = text.split(separator: "\n")
    guard lines.count >= 6, lines[0] == "ullage-cursor/1", lines.last == "end",
      let low = UInt64(lines[1], radix: 16), let high = UInt64(lines[2], radix: 16),
      let monotonic = UInt64(lines[3]), let at = UInt64(lines[4])
    else { return nil }
    var settled: [UInt64] = []
    for line in lines[5...].dropLast() {
      guard let id = UInt64(line, radix: 16) else { return nil }
      settled.append(id)
    }
    self.init(
      boot: BootID(high: high, low: low), monotonicNanoseconds: monotonic, atNanoseconds: at,
      settled: settled)
  }

  private func hex(_ number: UInt64) -> String { String(number, radix: 16) }
}

/// Why a cursor cannot be used.
public enum CursorError: Error, Hashable, Sendable {
  /// The file cannot be read.
  case unreadable(SystemCallError)
  /// The file is something else.
  case malformed(path: String)
}

extension CursorError: CustomStringConvertible {
  /// What was found and what to do.
  public var description: String {
    switch self {
    case .unreadable(let error): "\(error)"
    case .malformed(let path):
      "\(path) is no cursor of ullage; remove it to begin with what comes next"
    }
  }
}
