/// A page without its style and script, for golden files.
///
/// They stand in the sources already, and the page's policy has their hashes: what changes in them is seen there.
enum PageBody {
  static func of(_ page: [UInt8]) -> [UInt8] {
    var text = String(decoding: page, as: UTF8.self)[...]
    var body = ""
    while let opening = ["<style>", "<script>"].compactMap({ text.firstRange(of: $0) })
      .min(by: { $0.lowerBound < $1.lowerBound })
    {
      let name = text[opening].dropFirst()
      guard let closing = text[opening.upperBound...].firstRange(of: "</\(name)") else { break }
      body += text[..<opening.upperBound] + text[closing]
      text = text[closing.upperBound...]
    }
    return Array((body + text).utf8)
  }
}
