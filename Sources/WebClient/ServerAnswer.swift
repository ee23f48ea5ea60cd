/// What a server answered: bytes from the network, of which nothing is believed.
public struct ServerAnswer: Hashable, Sendable {
  /// The status.
  public var code: Int
  /// What came with it, unpacked.
  public var body: [UInt8]
  /// Whose answer it is.
  public var address: ServerAddress

  /// The answer given.
  public init(code: Int, body: [UInt8], from address: ServerAddress) {
    self.code = code
    self.body = body
    self.address = address
  }

  /// The error of a status that is no success.
  public var error: ServerError {
    .status(address.text, code: code, text: Self.start(of: body))
  }

  /// The first words of `body`, for a message.
  public static func start(of body: [UInt8]) -> String {
    body.isEmpty ? "it is empty" : words(String(decoding: body.prefix(400), as: UTF8.self))
  }

  /// The beginning of what a server says, for a message: in one line, and nothing that does anything to a
  /// terminal.
  public static func words(_ text: String, characterCountMax: Int = 150) -> String {
    var words = ""
    for scalar in text.unicodeScalars.prefix(4 * characterCountMax) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
        .unassigned:
        if words.last != " " { words += " " }
      default: words.unicodeScalars.append(scalar)
      }
    }
    let start = words.drop { $0 == " " }.prefix(characterCountMax)
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}
