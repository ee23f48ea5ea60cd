internal import NIOHTTP1

/// Why a request is not answered as it wished: a status, and a sentence for people.
struct RequestRefusal: Error, Hashable {
  let status: HTTPResponseStatus
  var text: String
  /// A header that belongs to the status.
  var header: Header?
  /// Whether the connection ends with it.
  var closes = false

  struct Header: Hashable {
    let name: String
    let value: String
  }

  static let notFound = RequestRefusal(
    status: .notFound, text: "there is nothing here; / says what there is")
  static let methodNotAllowed = RequestRefusal(
    status: .methodNotAllowed, text: "only GET and HEAD are understood",
    header: Header(name: "Allow", value: "GET, HEAD"))
  static let bodyNotTaken = RequestRefusal(
    status: .payloadTooLarge, text: "no request here has a body", closes: true)
  static let headersTooLarge = RequestRefusal(
    status: .requestHeaderFieldsTooLarge, text: "these headers are too large", closes: true)
  static let noHTTP = RequestRefusal(
    status: .badRequest, text: "this is no request of HTTP/1.1", closes: true)
  static let tooSlow = RequestRefusal(
    status: .requestTimeout, text: "the request did not come to an end in time", closes: true)
  static let misdirected = RequestRefusal(
    status: .misdirectedRequest,
    text: "only this host can ask, and does so by address: http://127.0.0.1 or http://localhost")
  static let unauthorized = RequestRefusal(
    status: .unauthorized, text: "a name and its password are asked for",
    header: Header(name: "WWW-Authenticate", value: "Basic realm=\"ullage\", charset=\"UTF-8\""),
    closes: true)
  static let rateLimited = RequestRefusal(
    status: .tooManyRequests, text: "more requests than rate_limit allows",
    header: Header(name: "Retry-After", value: "1"), closes: true)
  static let busy = RequestRefusal(
    status: .serviceUnavailable, text: "as many requests as may be are being answered",
    header: Header(name: "Retry-After", value: "1"))
  static let noRing = RequestRefusal(
    status: .serviceUnavailable,
    text: "no ring can be read: is a collector running (ullage collect)?",
    header: Header(name: "Retry-After", value: "5"))

  static func badRequest(_ text: String) -> RequestRefusal {
    RequestRefusal(status: .badRequest, text: text)
  }
}
