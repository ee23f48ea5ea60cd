internal import Frames

/// Writes metrics in either format, into memory that is kept from one exposition to the next.
///
///     # HELP ullage_samples Samples taken.              OpenMetrics names a counter without _total,
///     # TYPE ullage_samples counter                     and says units; the text format does neither.
///     ullage_samples_total{namespace="host"} 41
///     # EOF                                             OpenMetrics only
///
/// Families, their series and their labels come in the order of the calls: each family at once, as both
/// formats demand.
public struct ExpositionWriter {
  private let format: ExpositionFormat
  private var bytes: [UInt8]
  /// The name of the open family's samples.
  private var sampleName: [UInt8] = []

  /// The most bytes of a label's value; longer ones are cut.
  public static let labelByteCountMax = 128

  /// A writer that goes on with the memory of `bytes`, whose contents are dropped.
  public init(_ format: ExpositionFormat, reusing bytes: consuming [UInt8] = []) {
    self.format = format
    self.bytes = bytes
    self.bytes.removeAll(keepingCapacity: true)
  }

  /// What was written since the beginning, or since the last call.
  public mutating func take() -> [UInt8] {
    let taken = bytes
    bytes = []
    return taken
  }

  /// Begins a family: `name` is without "_total", `unit` one that it ends in.
  public mutating func begin(_ name: String, _ kind: MetricKind, unit: String? = nil, help: String)
  {
    sampleName = Array(name.utf8)
    if kind == .counter { sampleName += "_total".utf8 }
    let family = format == .text ? sampleName : Array(name.utf8)
    describe("HELP", family, Self.escaped(help, quotes: format == .openMetrics))
    describe("TYPE", family, kind.rawValue)
    if let unit, format == .openMetrics { describe("UNIT", family, unit) }
  }

  /// A sample of the open family: `labels` as `appendLabel` makes them, in two parts; the moment, if there
  /// is one, as nanoseconds since 1970 UTC, of which whole milliseconds are written.
  public mutating func sample(
    _ labels: [UInt8] = [], _ more: [UInt8] = [], is value: MetricValue, at moment: UInt64? = nil
  ) {
    bytes += sampleName
    if !labels.isEmpty || !more.isEmpty {
      bytes.append(UInt8(ascii: "{"))
      bytes += labels
      if !labels.isEmpty, !more.isEmpty { bytes.append(UInt8(ascii: ",")) }
      bytes += more
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(UInt8(ascii: " "))
    Self.append(value, to: &bytes)
    if let moment {
      bytes.append(UInt8(ascii: " "))
      switch format {
      case .openMetrics:
        Self.append(moment / 1_000_000, scale: 3, keepsZeros: true, to: &bytes)
      case .text: Self.append(moment / 1_000_000, scale: 0, to: &bytes)
      }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Ends the exposition, as the format demands.
  public mutating func end() {
    if format == .openMetrics { bytes += "# EOF\n".utf8 }
  }

  /// Appends `name="value"` to `labels`: cut to `labelByteCountMax` bytes, without what would end the value
  /// or its line, or turn it around.
  public static func appendLabel(_ name: String, _ value: String, to labels: inout [UInt8]) {
    if !labels.isEmpty { labels.append(UInt8(ascii: ",")) }
    labels += name.utf8
    labels += "=\"".utf8
    var room = labelByteCountMax
    for scalar in value.unicodeScalars {
      let scalar = scalar.isSteering ? "?" : scalar
      room -= UTF8.width(scalar)
      guard room >= 0 else { break }
      if scalar == "\"" || scalar == "\\" { labels.append(UInt8(ascii: "\\")) }
      labels += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
    }
    labels.append(UInt8(ascii: "\""))
  }

  private mutating func describe(_ what: StaticString, _ family: [UInt8], _ text: String) {
    bytes += "# \(what) ".utf8
    bytes += family
    bytes.append(UInt8(ascii: " "))
    bytes += text.utf8
    bytes.append(UInt8(ascii: "\n"))
  }

  private static func escaped(_ help: String, quotes: Bool) -> String {
    var result = ""
    for character in help {
      switch character {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.append(character)
      }
    }
    return result
  }
}
