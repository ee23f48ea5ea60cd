internal import Gzip
internal import NIOCore
internal import NIOHTTP1

/// An answer, whole.
struct Response {
  var status: HTTPResponseStatus
  var contentType: String
  var body: ByteBuffer
  /// Beside those that every answer has.
  var headers: [(name: String, value: String)] = []
  var closes = false
  /// Whose policy a browser applies to it: a document that may do something has its own.
  var securityPolicy = Response.strictestPolicy

  /// Nothing may be loaded, run, framed or sent.
  static let strictestPolicy =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  init(_ contentType: String, _ body: ByteBuffer, status: HTTPResponseStatus = .ok) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }

  init(_ contentType: String, _ bytes: [UInt8], status: HTTPResponseStatus = .ok) {
    self.init(contentType, ByteBuffer(bytes: bytes), status: status)
  }

  /// A sentence for people.
  init(text: String, status: HTTPResponseStatus = .ok) {
    self.init("text/plain; charset=utf-8", Array("\(text)\n".utf8), status: status)
  }

  /// A document of one line.
  init(json: [UInt8]) { self.init("application/json; charset=utf-8", json) }

  init(_ refusal: RequestRefusal) {
    self.init(text: refusal.text, status: refusal.status)
    closes = refusal.closes
    if let header = refusal.header { headers.append((header.name, header.value)) }
  }

  /// Compresses the body, where that is of use. Some milliseconds a megabyte: not for an event loop.
  mutating func compress() {
    guard body.readableBytes > 1024, let bytes = Gzip.compressed(Array(body.readableBytesView))
    else { return }
    body = ByteBuffer(bytes: bytes)
    headers.append(("Content-Encoding", "gzip"))
  }

  /// The head of the answer, with the headers that the configuration wants in place of our own.
  func head(_ version: HTTPVersion, _ wanted: [(name: String, value: String)]) -> HTTPResponseHead {
    var fields = HTTPHeaders()
    fields.add(name: "Content-Type", value: contentType)
    fields.add(name: "Cache-Control", value: "no-store")
    fields.add(name: "Content-Security-Policy", value: securityPolicy)
    fields.add(name: "X-Content-Type-Options", value: "nosniff")
    fields.add(name: "Referrer-Policy", value: "no-referrer")
    fields.add(name: "Cross-Origin-Resource-Policy", value: "same-origin")
    for (name, value) in wanted { fields.replaceOrAdd(name: name, value: value) }
    for (name, value) in headers { fields.replaceOrAdd(name: name, value: value) }
    return HTTPResponseHead(version: version, status: status, headers: fields)
  }
}
