import OutputTestKit
import Testing

/// Help and version.
@Suite struct HelpTests {
  private let golden = Golden(besides: #filePath)

  @Test(arguments: [
    (["--help"], "help.txt"), (["-h"], "help.txt"), (["help"], "help.txt"),
    (["snapshot", "--help"], "help-snapshot.txt"), (["help", "snapshot"], "help-snapshot.txt"),
    (["explain", "--help"], "help-explain.txt"), (["help", "explain"], "help-explain.txt"),
    (["sockets", "--help"], "help-sockets.txt"), (["help", "sockets"], "help-sockets.txt"),
    (["log", "--help"], "help-log.txt"), (["history", "--help"], "help-history.txt"),
    (["help", "check"], "help-check.txt"), (["help", "probe"], "help-probe.txt"),
    (["live", "--help"], "help-live.txt"), (["help", "live"], "help-live.txt"),
    (["help", "alarms"], "help-alarms.txt"), (["help", "collect"], "help-collect.txt"),
    (["help", "owners"], "help-owners.txt"), (["owners", "--help"], "help-owners.txt"),
    (["help", "plan"], "help-plan.txt"), (["help", "doctor"], "help-doctor.txt"),
    (["help", "report"], "help-report.txt"), (["help", "export"], "help-export.txt"),
    (["help", "replay"], "help-replay.txt"),
    (["help", "ring"], "help-ring.txt"), (["help", "ring", "verify"], "help-ring-verify.txt"),
    (["help", "ring", "list"], "help-ring-list.txt"),
    (["fleet", "--help"], "help-fleet.txt"), (["help", "fleet"], "help-fleet-short.txt"),
    (["--host", "--help"], "help-host.txt"), (["--host", "http://a", "-h"], "help-host.txt"),
    (["help", "record"], "help-record.txt"), (["mark", "--help"], "help-mark.txt"),
  ]) func `help is as it was, within 80 columns`(_ arguments: [String], _ name: String) throws {
    let run = try ullage(arguments)
    #expect(run.end == .status(0))
    #expect(run.message == "")
    let difference = try golden.difference(name, run.output)
    #expect(difference == nil, "\(difference ?? "")")
    for line in run.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test(arguments: [
    ["--version"], ["snapshot", "--version"], ["sockets", "--version"], ["live", "--version"],
  ])
  func `the version is a number`(_ arguments: [String]) throws {
    let run = try ullage(arguments)
    #expect(run.end == .status(0))
    #expect(run.message == "")
    #expect(run.text.last == "\n")
    let parts = run.text.dropLast().split(separator: ".")
    #expect(parts.count == 3)
    for part in parts { #expect(UInt(part) != nil) }
  }

  @Test(arguments: [
    ["--help"], ["help", "snapshot"], ["help", "sockets"], ["help", "log"], ["help", "history"],
    ["help", "check"], ["help", "live"], ["help", "explain"], ["help", "probe"],
    ["help", "plan"], ["help", "doctor"], ["help", "owners"], ["help", "report"],
    ["help", "export"], ["help", "replay"],
  ])
  func `the examples in the help are understood`(_ arguments: [String]) throws {
    let examples = Self.examples(in: try ullage(arguments).text)
    #expect(examples.count >= 4)
    for example in examples {
      // Nobody reads, so that --watch ends too.
      let run = try ullage(example, output: .brokenPipe)
      #expect(run.end != .status(64), "\(example): \(run.message)")
    }
  }

  /// The arguments of the lines under EXAMPLES, without remarks, pipes and redirections.
  private static func examples(in text: String) -> [[String]] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { $0 != "EXAMPLES" }.dropFirst().prefix { !$0.isEmpty }
      .map { line in
        var words: [String] = []
        for word in line.dropFirst(2).split(separator: " ", omittingEmptySubsequences: false) {
          if word.isEmpty || word == "|" || word == ">" { break }
          // What the shell would take for a pattern stands in quotes.
          words.append(word.filter { $0 != "'" })
        }
        return Array(words.dropFirst())
      }
  }
}
