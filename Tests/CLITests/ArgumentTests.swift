import OutputTestKit
import Testing

/// Wrong arguments: status 64, a message on standard error, nothing on standard output.
@Suite struct ArgumentTests {
  private let golden = Golden(besides: #filePath)

  private static let wrong = [
    "--source 10.0.0.0/33", "--source 10.0.0", "--destination ::1/129", "--source 10.0.0.1/-1",
    "--dport 65536", "--dport 5-4", "--dport 5-", "--sport 80", "-4 -6", "-4 --source ::1",
    "-6 --destination 10.0.0.1", "--source 10.0.0.1 --destination ::1", "--top x", "--top -1",
    "--top=-1", "--top 1000001", "--watch 0", "--watch nan", "--watch 86401", "--netns ../web",
    "--netns .", "--netns=", "--state foo", "--state ,", "--state listen", "--sort size",
    "--fail-at bad", "--warning 0", "--warning 1.1", "--warning 0.9 --critical 0.5",
    "--max-pools 7", "--max-addresses 65537", "--color blue", "--bogus", "bogus", "--json --csv",
    "sockets --json --csv", "sockets --top=-1", "sockets --protocol sctp", "sockets --sport x",
    "sockets --sort usage", "sockets --watch 1", "sockets -4 -6", "snapshot bogus",
    "log --csv --json", "log --format csv --json", "log --format xml", "log --interval 0",
    "log --interval x", "log --count 0", "log --since then", "log --until 24:00", "log -o",
    "log -o=", "log --ring=", "log --top 1", "history --table --csv", "history --json --svg x",
    "history --pool x", "history --step 0s", "history --top 0", "history --since 10",
    "history --svg=", "history --state foo", "history -4 -6", "explain bogus",
    "explain --warning 0", "explain --warning 0.9 --critical 0.5", "explain --fail-at bad",
    "explain -4 -6", "explain --top 1", "explain --netns ../web", "explain --json --color blue",
    "collect --netns ../web", "collect --netns=", "collect --ring-total 0",
    "collect --ring-total 64MB",
    "owners --json --csv", "owners --netns all --sampled 3", "history --netns all",
    "ring list --netns web", "plan", "plan --rate 1", "plan --hold 1s", "plan --rate 0 --hold 1s",
    "plan --rate=-1 --hold 1s",
    "plan --rate -1 --hold 1s", "plan --rate nan --hold 1s", "plan --rate inf --hold 1s",
    "plan --rate 1e400 --hold 1s", "plan --rate 1e3 --hold 1s", "plan --rate 10/s --hold 1s",
    "plan --rate 1000000001 --hold 1s", "plan --rate= --hold 1s", "plan --rate 1 --hold=-1s",
    "plan --rate 1 --hold 10y", "plan --rate 1 --hold nan", "plan --rate 1 --hold 1e400",
    "plan --rate 1 --hold 101000d", "plan --rate 1 --hold 1s --sources 0",
    "plan --rate 1 --hold 1s --destinations 1000001", "plan --rate 1 --hold 1s --destinations=-1",
    "plan --rate 1 --hold 1s --sources 99999999999999999999", "plan --rate 1 --hold 1s --ports 0",
    "plan --rate 1 --hold 1s --ports 65536", "plan --rate 1 --hold 1s --range 5-4",
    "plan --rate 1 --hold 1s --range 0-9", "plan --rate 1 --hold 1s --range 1-65536",
    "plan --rate 1 --hold 1s --range 1-9 --ports 9", "plan --rate 1 --hold 0 --peer-closes",
    "plan --rate 1 --hold 1s --peer-closes --reuse",
    "plan --rate 1 --hold 1s --reuse --time-wait 9s",
    "plan --rate 1 --hold 1s --reuse --no-reuse", "plan --rate 1 --hold 1s --time-wait x",
    "plan --rate 1 --hold 1s --ports 9 --netns web", "plan --rate 1 --hold 1s --netns ../web",
    "plan --rate 1 --hold 1s bogus", "doctor --bogus", "doctor bogus", "doctor --netns ../web",
    "doctor --color blue", "doctor --top 1",
    "record", "record -o=", "record -o run --interval 9ms", "record -o run --interval 2m",
    "record -o run --budget 0", "record -o run --budget 101%", "record -o run --budget x",
    "record -o run --duration 99ms", "record -o run --duration 8d", "record -o run true",
    "record -o run --netns ../web", "record -o run --json run", "mark", "mark --recorder",
    "report --svg --json", "report -o=",
    "report --svg --compare x", "report --compare=", "report --fail-at bad", "report a b",
    "export", "export x", "export --csv --json", "export --csv --since then", "replay --speed 0",
    "replay --window 1s", "replay --speed x", "replay a b",
  ]

  @Test func `messages about wrong arguments are as they were`() throws {
    var text = ""
    for line in Self.wrong {
      let run = try ullage(line.split(separator: " ").map(String.init))
      #expect(run.end == .status(64), "\(line)")
      #expect(run.output.isEmpty, "\(line)")
      text += "$ ullage \(line)\n\(run.message)\n"
    }
    let difference = try golden.difference("arguments.txt", Array(text.utf8))
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test(arguments: [
    "--source 10.1.2.3/8", "--source ::ffff:10.0.0.1", "-4 --source 0.0.0.0/0",
    "-6 --dport 0-65535",
    "--state time-wait,ESTABLISHED", "--state close_wait --state listen", "--top 0",
    "--fail-at exhausted --warning 1 --critical 1", "--sort in-use --redact --color never",
    "--max-pools 8 --max-addresses 8", "--exact --top 3", "sockets --state bound_inactive",
    "sockets --top 0 --csv", "owners --csv --top 0",
    "sockets --protocol UDP --sort expires", "plan --rate 0.5 --hold 0", "doctor --redact --json",
    "plan --rate 300 --hold 1.5m --sources 2 --destinations 1000000 --redact --color never",
    "plan --rate 1 --hold 10ms --range 1024-65535 --no-reuse",
  ]) func `right arguments are taken`(_ line: String) throws {
    let run = try ullage(line.split(separator: " ").map(String.init))
    #expect([.status(0), .status(1)].contains(run.end), "\(run.message)")
  }
}
