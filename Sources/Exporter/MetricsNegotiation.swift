internal import Metrics

/// Which form of metrics a client takes best: its `Accept` and `Accept-Encoding` (RFC 9110, section 12.5).
enum MetricsNegotiation {
  /// The format: OpenMetrics where a client takes version 1.0.0 (or any) of it as gladly as plain text.
  static func format(accept: [String]) -> ExpositionFormat {
    var openMetrics = 0.0
    var text = 0.0
    for entry in entries(accept) {
      let version = entry.parameters["version"]
      switch entry.name {
      case "application/openmetrics-text":
        if version == nil || version == "1.0.0" { openMetrics = max(openMetrics, entry.quality) }
      case "text/plain":
        if version == nil || version == "0.0.4" { text = max(text, entry.quality) }
      case "text/*", "*/*": text = max(text, entry.quality)
      default: break
      }
    }
    return openMetrics > 0 && openMetrics >= text ? .openMetrics : .text
  }

  /// Whether it takes gzip.
  static func takesGzip(acceptEncoding: [String]) -> Bool {
    let entries = entries(acceptEncoding)
    let gzip = entries.first { $0.name == "gzip" } ?? entries.first { $0.name == "*" }
    return gzip.map { $0.quality > 0 } ?? false
  }

  private struct Entry {
    var name: String
    var quality = 1.0
    var parameters: [String: String] = [:]
  }

  private static func entries(_ values: [String]) -> [Entry] {
    values.flatMap { $0.split(separator: ",") }.prefix(64).map { text in
      let parts = text.filter { $0 != " " && $0 != "\t" }.split(separator: ";")
      var entry = Entry(name: parts.first?.lowercased() ?? "")
      for part in parts.dropFirst() {
        let sides = part.split(separator: "=", maxSplits: 1)
        guard sides.count == 2 else { continue }
        let name = sides[0].lowercased()
        if name == "q" {
          // What is no number is no wish.
          entry.quality = Double(sides[1]).flatMap { (0...1).contains($0) ? $0 : nil } ?? 0
        } else {
          entry.parameters[name] = String(sides[1].filter { $0 != "\"" })
        }
      }
      return entry
    }
  }
}
