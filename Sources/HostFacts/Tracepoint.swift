internal import Kernel

/// One tracepoint: its number, and where the fields of its records stand.
public struct Tracepoint: Hashable, Sendable {
  /// A field: where it is in a record, and how many bytes it has.
  public struct Field: Hashable, Sendable {
    /// Bytes before it.
    public var offset: Int
    /// Its bytes.
    public var size: Int
  }

  /// The number that perf_event_open(2) takes as `config`.
  public var number: UInt64
  /// The fields by name.
  public var fields: [Substring: Field]

  /// The longest record that the kernel makes (PERF_MAX_TRACE_SIZE); a field beyond it cannot be.
  private static let recordByteCountMax = 8192
  /// More fields than any tracepoint has.
  private static let fieldCountMax = 256

  /// Parses a `format` file; nil when it has no number. Fields that make no sense are left out.
  ///
  ///     name: inet_sock_set_state
  ///     ID: 2287
  ///     format:
  ///             field:__u16 dport;      offset:26;      size:2; signed:0;
  ///             field:__u8 saddr[4];    offset:32;      size:4; signed:0;
  ///
  /// Source: kernel/trace/trace_events.c, f_show().
  public init?(format bytes: [UInt8]) {
    fields = [:]
    var number: UInt64?
    for line in KernelText.lines(bytes) {
      if line.hasPrefix("ID:"), number == nil {
        number = UInt64(line.dropFirst(3).trimmingSpaces)
      }
      let parts = line.split(separator: ";").map(\.trimmingSpaces)
      guard fields.count < Self.fieldCountMax, parts.count >= 3, parts[0].hasPrefix("field:"),
        let name = Self.name(parts[0].dropFirst(6)),
        let offset = Self.number(parts[1], "offset:"), let size = Self.number(parts[2], "size:"),
        offset + size <= Self.recordByteCountMax
      else { continue }
      fields[name] = Field(offset: offset, size: size)
    }
    guard let number else { return nil }
    self.number = number
  }

  /// "saddr" of "__u8 saddr[4]".
  private static func name(_ declaration: Substring) -> Substring? {
    let word = declaration.split(separator: " ").last?.prefix { $0 != "[" }
    return word.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func number(_ part: Substring, _ key: String) -> Int? {
    guard part.hasPrefix(key), let number = Int(part.dropFirst(key.count)) else { return nil }
    return (0...recordByteCountMax).contains(number) ? number : nil
  }
}

extension Substring {
  /// Without spaces and tabs at its ends.
  fileprivate var trimmingSpaces: Substring {
    let start = drop { $0 == " " || $0 == "\t" }
    guard let end = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
    return start[...end]
  }
}
