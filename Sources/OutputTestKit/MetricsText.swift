/// Metrics that a program wrote, taken apart by a reader that forgives nothing: OpenMetrics 1.0.0, or
/// Prometheus' text format 0.0.4 as far as both agree.
///
/// Source: the OpenMetrics specification, "Text format" and its ABNF, and "Overall structure".
public struct MetricsText: Sendable {
  /// One sample.
  public struct Sample: Hashable, Sendable {
    /// The name, with its suffix.
    public let name: String
    /// The labels, their values as they were before they were escaped.
    public let labels: [String: String]
    /// The value as it was written.
    public let text: String
    /// The value.
    public let value: Double
    /// The moment as it was written, in seconds; nil without one.
    public let moment: Double?

    /// The name and the labels, the latter in order: what tells a series from all others.
    public var series: String {
      name + "{" + labels.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ",")
        + "}"
    }
  }

  /// What was said of a family, and its samples.
  public struct Family: Hashable, Sendable {
    /// The name; of a counter in OpenMetrics without "_total".
    public let name: String
    /// "gauge", "counter".
    public fileprivate(set) var type: String?
    /// The unit.
    public fileprivate(set) var unit: String?
    /// The help.
    public fileprivate(set) var help: String?
    /// In the order in which they stand.
    public fileprivate(set) var samples: [Sample] = []
  }

  /// Why a text is none.
  public struct Refusal: Error, Hashable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// What is wrong with it.
    public let reason: String
    /// Both.
    public var description: String { "line \(line): \(reason)" }
  }

  /// The families, in the order in which they stand.
  public private(set) var families: [Family] = []
  private var names: Set<String> = []
  private var series: Set<String> = []
  private let isOpenMetrics: Bool

  /// Takes `bytes` apart.
  public init(_ bytes: [UInt8], openMetrics: Bool) throws(Refusal) {
    isOpenMetrics = openMetrics
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Refusal(line: 1, reason: "is no UTF-8")
    }
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0) }
    guard lines.popLast() == "" else {
      throw Refusal(line: lines.count + 1, reason: "the last line has no end")
    }
    if openMetrics, lines.popLast() != "# EOF" {
      throw Refusal(line: lines.count + 1, reason: "the last line is not # EOF")
    }
    for (index, line) in lines.enumerated() {
      do {
        if line.hasPrefix("#") { try describe(line) } else { try sample(line) }
      } catch {
        throw Refusal(line: index + 1, reason: "\(error.reason): \(line)")
      }
    }
  }

  /// All samples.
  public var samples: [Sample] { families.flatMap(\.samples) }

  /// The values by series.
  public var values: [String: Double] {
    Dictionary(uniqueKeysWithValues: samples.map { ($0.series, $0.value) })
  }

  private struct Fault: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  private mutating func describe(_ line: String) throws(Fault) {
    let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
      .map { String($0) }
    guard parts.count == 4, parts[0] == "#" else { throw Fault("no description") }
    let name = parts[2]
    guard Self.isName(name, colons: true) else { throw Fault("no name") }
    if families.last?.name != name {
      guard names.insert(name).inserted else { throw Fault("a family in two places") }
      families.append(Family(name: name))
    }
    let last = families.count - 1
    guard families[last].samples.isEmpty else { throw Fault("described after its samples") }
    switch parts[1] {
    case "TYPE":
      guard families[last].type == nil, ["gauge", "counter"].contains(parts[3]) else {
        throw Fault("no type, or a second one")
      }
      families[last].type = parts[3]
    case "UNIT":
      guard isOpenMetrics, families[last].unit == nil, name.hasSuffix("_" + parts[3]) else {
        throw Fault("no unit, or a second one, or one that the name does not end in")
      }
      families[last].unit = parts[3]
    case "HELP":
      guard families[last].help == nil else { throw Fault("a second help") }
      families[last].help = try Self.unescaped(parts[3], quotes: isOpenMetrics)
    default: throw Fault("a comment")
    }
  }

  private mutating func sample(_ line: String) throws(Fault) {
    var rest = Substring(line)
    let name = String(rest.prefix { $0 != "{" && $0 != " " })
    rest = rest.dropFirst(name.count)
    let labels = try Self.labels(&rest)
    guard rest.first == " " else { throw Fault("no blank before the value") }
    let numbers = rest.dropFirst().split(separator: " ", omittingEmptySubsequences: false)
      .map { String($0) }
    guard (1...2).contains(numbers.count), let value = Self.number(numbers[0]) else {
      throw Fault("no value")
    }
    let moment = numbers.count == 2 ? Self.number(numbers[1]) : nil
    guard numbers.count == 1 || moment?.isFinite == true else { throw Fault("no moment") }
    guard let family = families.last, let type = family.type else { throw Fault("no type") }
    let suffix = isOpenMetrics && type == "counter" ? "_total" : ""
    guard name == family.name + suffix else { throw Fault("not of the family \(family.name)") }
    guard (type == "counter") == name.hasSuffix("_total") else { throw Fault("_total, or none") }
    if type == "counter", !(value.isFinite && value >= 0) { throw Fault("no count") }
    let sample = Sample(name: name, labels: labels, text: numbers[0], value: value, moment: moment)
    if let last = family.samples.last, last.series == sample.series, let before = last.moment {
      guard let moment, moment > before else { throw Fault("times that do not rise") }
    } else if !series.insert(sample.series).inserted {
      throw Fault("a series in two places")
    }
    families[families.count - 1].samples.append(sample)
  }

  private static func labels(_ rest: inout Substring) throws(Fault) -> [String: String] {
    guard rest.first == "{" else { return [:] }
    rest.removeFirst()
    var labels: [String: String] = [:]
    while rest.first != "}" {
      let name = String(rest.prefix { $0 != "=" })
      guard isName(name, colons: false), !name.hasPrefix("__") else { throw Fault("no label") }
      rest = rest.dropFirst(name.count)
      guard rest.hasPrefix("=\"") else { throw Fault("no value of a label") }
      rest = rest.dropFirst(2)
      var scalars = rest.unicodeScalars
      var raw = String.UnicodeScalarView()
      var isEscaped = false
      while let scalar = scalars.popFirst() {
        if !isEscaped, scalar == "\"" { break }
        isEscaped = !isEscaped && scalar == "\\"
        raw.append(scalar)
        if scalars.isEmpty { throw Fault("a label without an end") }
      }
      rest = Substring(scalars)
      guard labels.updateValue(try unescaped(String(raw), quotes: true), forKey: name) == nil else {
        throw Fault("a label twice")
      }
      if rest.first == "," {
        rest.removeFirst()
        guard rest.first != "}" else { throw Fault("a comma before the end") }
      } else if rest.first != "}" {
        throw Fault("no comma between labels")
      }
    }
    rest.removeFirst()
    return labels
  }

  private static func unescaped(_ text: String, quotes: Bool) throws(Fault) -> String {
    var result = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if isEscaped {
        switch scalar {
        case "n": result.append("\n")
        case "\\": result.append(scalar)
        case "\"" where quotes: result.append(scalar)
        default: throw Fault("an escape that there is not")
        }
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        if quotes, scalar == "\"" { throw Fault("a quote that is not escaped") }
        result.append(scalar)
      }
    }
    if isEscaped { throw Fault("an escape without an end") }
    return String(result)
  }

  private static func number(_ text: String) -> Double? {
    if ["NaN", "+Inf", "-Inf"].contains(text) { return Double(text) }
    let allowed = Set("0123456789+-.e")
    guard text.allSatisfy({ allowed.contains($0) }), text.first != ".", text.last != "." else {
      return nil
    }
    return Double(text)
  }

  private static func isName(_ text: String, colons: Bool) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: colons && byte == UInt8(ascii: ":")
      }
    }
  }
}
