/// A condition on a label: `name="value"`.
public struct LabelMatcher: Hashable, Sendable {
  /// The label's name: letters, digits and `_`, no digit first.
  public let name: String
  /// What it must be.
  public let value: String

  /// A matcher, unless the name is none that a label may have.
  public init?(_ name: String, equals value: String) {
    guard let first = name.utf8.first, !(48...57).contains(first),
      name.utf8.allSatisfy({ Self.isNameByte($0) })
    else { return nil }
    self.name = name
    self.value = value
  }

  /// The matcher that `text` spells: `env=prod`.
  public init?(_ text: String) {
    guard let sign = text.firstIndex(of: "=") else { return nil }
    self.init(String(text[..<sign]), equals: String(text[text.index(after: sign)...]))
  }

  /// As PromQL has it, with the value quoted.
  var promQL: String { "\(name)=\(Self.quoted(value))" }

  /// A PromQL string: https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": quoted += "\\\\"
      case "\"": quoted += "\\\""
      case "\n": quoted += "\\n"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A regular expression (RE2) that only `text` itself matches.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      if "\\.+*?()|[]{}^$".unicodeScalars.contains(scalar) { escaped += "\\" }
      escaped.unicodeScalars.append(scalar)
    }
    return escaped
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
  }
}
