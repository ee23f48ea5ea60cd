internal import Frames

/// The ways through time and namespaces of the live page: links, and what its script goes by.
struct LivePageLinks {
  private let view: LivePageView

  init(_ view: LivePageView) { self.view = view }

  private static let spans: [(word: String, seconds: UInt64)] = [
    ("1m", 60), ("5m", 300), ("10m", 600), ("1h", 3600), ("6h", 21_600), ("1d", 86_400),
  ]

  /// What the script goes by, as attributes of the page's main element.
  var data: String {
    let oldest = view.oldestNanoseconds ?? view.report.fromNanoseconds
    let pairs: [(String, String)] = [
      ("namespace", view.writer.namespace), ("span", "\(view.spanNanoseconds / 1_000_000_000)s"),
      ("now", view.momentNanoseconds == nil ? "1" : "0"),
      ("asked", "\(view.askedAtNanoseconds / 1_000_000)"),
      ("newest", "\(view.newestNanoseconds / 1_000_000)"),
      ("from", "\(view.report.fromNanoseconds / 1_000_000)"),
      ("through", "\(view.report.throughNanoseconds / 1_000_000)"),
      ("oldest", "\(oldest / 1_000_000)"),
    ]
    return pairs.map { "data-\($0.0)=\"\(XMLText.escaped($0.1))\"" }.joined(separator: " ")
  }

  /// The links, and the slider that only a script shows.
  func html(_ names: inout Names) -> [String] {
    let second: UInt64 = 1_000_000_000
    let here = view.momentNanoseconds
    let through = view.report.throughNanoseconds
    var lines = ["<nav class=\"ways\" aria-label=\"Time\">"]
    for (word, seconds) in Self.spans {
      let isHere = view.spanNanoseconds / second == seconds
      lines.append(
        "<a href=\"\(href(at: here, span: word))\"\(isHere ? " aria-current=\"true\"" : "")>"
          + "\(word)</a>")
    }
    let step = max(second, view.spanNanoseconds / 2)
    if through - min(through, step) > view.oldestNanoseconds ?? 0 {
      lines.append("<a href=\"\(href(at: through - step))\" rel=\"prev\">earlier</a>")
    }
    if here != nil {
      let isLast = through + step >= view.newestNanoseconds
      lines.append("<a href=\"\(href(at: isLast ? nil : through + step))\" rel=\"next\">later</a>")
      lines.append("<a href=\"\(href(at: nil))\">now</a>")
    }
    lines.append("</nav>")
    if view.namespaces.count > 1 {
      lines.append("<nav class=\"ways\" aria-label=\"Namespaces\">")
      for name in view.namespaces.prefix(64) {
        let isHere = name == view.writer.namespace ? " aria-current=\"true\"" : ""
        lines.append(
          "<a href=\"\(href(at: here, namespace: name))\"\(isHere)>"
            + "<bdi>\(XMLText.escaped(names.namespace(name)))</bdi></a>")
      }
      lines.append("</nav>")
    }
    return lines + [
      "<div class=\"explore\" hidden data-keep><label for=\"moment\">Moment</label>"
        + "<input id=\"moment\" type=\"range\" min=\"0\" max=\"1\" step=\"1\" value=\"1\">"
        + "<output for=\"moment\"></output></div>"
    ]
  }

  private func href(at moment: UInt64?, span: String? = nil, namespace: String? = nil) -> String {
    var parts = ["span=\(span ?? "\(view.spanNanoseconds / 1_000_000_000)s")"]
    if let moment { parts.append("at=\(Timestamp.seconds(nanoseconds: moment))") }
    let name = namespace ?? view.writer.namespace
    if namespace != nil || view.namespaces.count > 1 {
      parts.append("namespace=\(Self.encoded(name))")
    }
    return "/?" + parts.joined(separator: "&amp;")
  }

  /// A name as a value in a query: letters and digits stay, everything else is escaped.
  private static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return result
  }
}
