/// Reads what a server sent as a client does that believes nothing, and says what is wrong with it.
struct AnswerReader {
  /// What is wrong with an answer, in words.
  struct Problem: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }

  /// An answer as it came.
  struct Answer {
    var version = ""
    var status = 0
    /// The names in lower case.
    var headers: [(name: String, value: String)] = []
    /// Whether nothing may come after it.
    var isLast = false

    func values(_ name: String) -> [String] {
      headers.filter { $0.name == name }.map(\.value)
    }
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// Whether everything was read.
  var isAtEnd: Bool { rest.isEmpty }

  /// The next answer, which is one to HEAD or not; its body is read too.
  mutating func next(isToHEAD: Bool) throws(Problem) -> Answer {
    var answer = Answer()
    try readStatus(&answer)
    while let line = try line(), !line.isEmpty {
      answer.headers.append(try Self.header(line))
    }
    let connection = answer.values("connection").map { $0.lowercased() }
    answer.isLast =
      connection.contains("close") || answer.version == "HTTP/1.0" && connection != ["keep-alive"]
    let lengths = answer.values("content-length")
    let codings = answer.values("transfer-encoding")
    switch (lengths.count, codings) {
    case (1, []):
      guard let length = Int(lengths[0]), length >= 0, lengths[0] == "\(length)" else {
        throw Problem("a length of \(lengths[0])")
      }
      if isToHEAD { break }
      guard rest.count >= length else {
        throw Problem("\(length) bytes promised, \(rest.count) sent")
      }
      rest = rest.dropFirst(length)
    case (0, ["chunked"]):
      guard answer.status == 200, !isToHEAD else { throw Problem("chunks of what is no stream") }
      try readChunks()
    default: throw Problem("lengths \(lengths), transfer codings \(codings)")
    }
    return answer
  }

  private mutating func readStatus(_ answer: inout Answer) throws(Problem) {
    guard let line = try line() else { throw Problem("no status line") }
    let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0",
      words[1].utf8.count == 3, let status = Int(words[1]), (100...599).contains(status)
    else { throw Problem("a status line \(line)") }
    answer.version = String(words[0])
    answer.status = status
  }

  private static func header(_ line: String) throws(Problem) -> (name: String, value: String) {
    let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2, !sides[0].isEmpty,
      sides[0].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
      sides[1].utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
    else { throw Problem("a header \(line)") }
    return (sides[0].lowercased(), String(sides[1].drop { $0 == " " }))
  }

  /// Chunks until there are no more: the last of them may still be missing, a part of one not.
  private mutating func readChunks() throws(Problem) {
    while !rest.isEmpty {
      guard let line = try line(), let length = Int(line, radix: 16), length >= 0 else {
        throw Problem("a chunk without a length")
      }
      guard rest.count >= length + 2, rest.dropFirst(length).starts(with: [13, 10]) else {
        throw Problem("a chunk that is cut")
      }
      rest = rest.dropFirst(length + 2)
      if length == 0 { return }
    }
  }

  /// The next line, without its end; nil where there is nothing.
  private mutating func line() throws(Problem) -> String? {
    guard !rest.isEmpty else { return nil }
    guard let feed = rest.firstIndex(of: 10), feed > rest.startIndex, rest[feed - 1] == 13,
      let line = String(validating: rest[..<(feed - 1)], as: UTF8.self), !line.contains("\r")
    else { throw Problem("a line without an end") }
    rest = rest[(feed + 1)...]
    return line
  }
}
