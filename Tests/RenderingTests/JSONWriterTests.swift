import Testing

@testable import Rendering

@Suite struct JSONWriterTests {
  private func text(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.take(), as: UTF8.self)
  }

  @Test(arguments: [
    ("", "\"\""), ("plain", "\"plain\""), ("a\"b", "\"a\\\"b\""), ("a\\b", "\"a\\\\b\""),
    ("a\nb", "\"a\\nb\""), ("\u{0}\u{1f}\u{7f}", "\"\\u0000\\u001f\\u007f\""),
    ("\t\r\u{8}", "\"\\u0009\\u000d\\u0008\""), ("é→🙂", "\"é→🙂\""), ("</script>", "\"</script>\""),
    ("é\u{9b}\"\u{202e}\u{e0001}", "\"é\\u009b\\\"\\u202e\\udb40\\udc01\""),
  ]) func `strings are escaped`(_ string: String, _ expected: String) {
    #expect(text { $0.string(string) } == expected)
    #expect(text { $0.object { $0.member(string, true) } } == "{\(expected):true}")
  }

  @Test func `commas stand between and nowhere else`() {
    let written = text { json in
      json.object { json in
        json.array("empty") { _ in }
        json.object("nothing") { _ in }
        json.array("numbers") { json in
          json.integer(1)
          json.integer(-2)
          json.array { $0.integer(UInt64.max) }
          json.object { $0.null("a") }
        }
        json.member("ratio", 0.5, places: 4)
        json.member("text", nil as String?)
        json.member("number", Int.min)
      }
    }
    #expect(
      written
        == "{\"empty\":[],\"nothing\":{},\"numbers\":[1,-2,[18446744073709551615],{\"a\":null}],"
        + "\"ratio\":0.5,\"text\":null,\"number\":-9223372036854775808}")
  }

  @Test func `what is taken in pieces is the same document`() {
    var writer = JSONWriter()
    var bytes: [UInt8] = []
    writer.open("[")
    for number in 0..<3 {
      writer.object { $0.member("n", number) }
      bytes += writer.take()
    }
    writer.close("]")
    writer.endLine()
    bytes += writer.take()
    #expect(String(decoding: bytes, as: UTF8.self) == "[{\"n\":0},{\"n\":1},{\"n\":2}]\n")
  }
}
