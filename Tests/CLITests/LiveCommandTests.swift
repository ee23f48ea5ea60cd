import OutputTestKit
import Testing

/// `ullage live` where there is no terminal, and with arguments that make no sense.
@Suite struct LiveCommandTests {
  @Test func `without a terminal it says what to use`() throws {
    let run = try ullage(["live"])
    #expect(run.end == .status(2))
    #expect(run.text == "")
    #expect(
      run.message
        == "ullage: live needs a terminal for its keys and its screen; `ullage --watch 1` prints the "
        + "state again and again, `ullage history` what was, `ullage live --once` one page\n")
  }

  @Test(arguments: [
    ["--interval", "0"], ["--interval", "61"], ["--interval", "x"], ["--window", "9"],
    ["--window", "604801"], ["--filter", String(repeating: "x", count: 65)], ["--netns", "a/b"],
    ["extra"], ["--json"],
  ])
  func `arguments that make no sense are refused`(_ arguments: [String]) throws {
    let run = try ullage(["live"] + arguments)
    #expect(run.end == .status(64))
    #expect(run.text == "")
  }
}
