import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// `ullage plan` from the outside: statuses, the worked example, this host's ports.
@Suite struct PlanCommandTests {
  private func plan(_ line: String) throws -> Program.Run {
    try ullage(["plan"] + line.split(separator: " ").map(String.init))
  }

  @Test func `the worked example of the help comes out as the help says`() throws {
    let help = try ullage(["help", "plan"]).text
    #expect(help.contains("240 s, can only have 4,000 connections in 240 s: 16.7 a second"))
    #expect(help.contains("For 20 a second it would need 4,800 ports, or 2 source addresses"))
    #expect(help.contains("the same ports carry 64.5 a second"))
    let lines = help.split(separator: "\n").map { $0.drop { $0 == " " } }
    let examples = lines.filter { $0.hasPrefix("ullage plan --rate 20 --hold 0 --ports 4000") }
    #expect(examples.count == 2)
    let old = try ullage(examples[0].split(separator: " ").dropFirst().map(String.init))
    #expect(old.end == .status(1))
    #expect(
      old.text.hasPrefix(
        "NO  20 connects/s do not fit: 16.7/s can go on for ever; 2 source addresses\n"))
    #expect(old.text.contains("4,800"))
    #expect(old.text.contains("TIME_WAIT 240 s"))
    let new = try ullage(examples[1].split(separator: " ").dropFirst().map(String.init))
    #expect(new.end == .status(0))
    if Clock.tickNanoseconds() == 4_000_000 { #expect(new.text.contains("64.5/s")) }
  }

  @Test(arguments: [
    ("--rate 16.05 --hold 0 --ports 1000 --time-wait 62.048", 0),
    ("--rate 16.25 --hold 0 --ports 1000 --time-wait 62.048", 1),
    ("--rate 2500 --hold 2s --range 32768-60999 --no-reuse", 1),
    ("--rate 2500 --hold 2s --range 32768-60999 --sources 6", 0),
    ("--rate 2500 --hold 2s --range 32768-60999 --destinations 6", 0),
    ("--rate 2500 --hold 2s --range 32768-60999 --reuse", 0),
    ("--rate 1000000000 --hold 100d --range 1-1 --sources 1000000", 1),
    ("--rate 0.000001 --hold 0 --ports 1 --time-wait 1ms", 0),
    ("--rate 100 --hold 100s --ports 10000 --peer-closes", 0),
    ("--rate 100 --hold 100.1s --ports 10000 --peer-closes", 1),
  ]) func `yes is status 0, no is 1`(line: String, status: Int32) throws {
    for form in ["", " --json"] {
      let run = try plan(line + form)
      #expect(run.end == .status(status), "\(line)\n\(run.text)")
      #expect(run.message == "")
      if form == "" {
        #expect(run.text.hasPrefix("NO  ") == (status == 1))
        for line in run.text.split(separator: "\n") where !line.contains("sysctl -w") {
          #expect(line.count <= 80, "\(line)")
        }
      } else {
        let faults = try DocumentSchema("ullage.plan-1").faults(run.output)
        #expect(faults == nil, "\(faults ?? "")")
      }
    }
  }
}

extension PlanCommandTests {
  @Test(arguments: [
    "--destination 10.1.2.3", "--dport 443", "--source 10.0.0.5",
    "--destination 10.1.2.3 --dport 443",
  ]) func `which destination is no question for a plan, and it says so`(line: String) throws {
    let run = try ullage(
      ["plan", "--rate", "1", "--hold", "0"] + line.split(separator: " ").map(String.init))
    #expect(run.end == .status(64))
    #expect(run.output.isEmpty)
    #expect(run.message.contains("--destinations and --sources take numbers"), "\(run.message)")
  }
}

/// The ports of this host, in namespaces made for it.
@Suite(.needsRoot) struct PlanHostTests {
  private static func plan(_ arguments: [String]) -> Program {
    Program.built("ullage", ["plan", "--rate", "1", "--hold", "0"] + arguments)
  }

  @Test func `ports are the range less what is reserved and blocked, for everybody`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_099)
        try namespace.write("40010-40014", to: "ipv4/ip_local_reserved_ports")
        let sockets = [
          try TestSocket.listener(.loopback(40_020)), try TestSocket.listener(.loopback(5000)),
          try TestSocket.bound(.loopback(40_021)),
        ]
        let blocked = KernelVersion.running() >= KernelVersion(6, 8) ? 2 : 1
        for program in [Self.plan(["--json"]), Self.plan(["--json"]).unprivileged] {
          let run = try program.run()
          #expect(run.end == .status(0))
          #expect(
            run.text.contains(
              "\"low\":40000,\"high\":40099,\"reserved\":5,\"blocked\":\(blocked),"
                + "\"capacity\":\(95 - blocked),"), "\(run.text)")
        }
        let page = try Self.plan([]).run().text
        #expect(page.contains("5 reserved"))
        withExtendedLifetime(sockets) {}
      }
    }
  }

  @Test func `reuse is what this namespace is set to, or what is asked for`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_099)
        func isReusing(_ arguments: [String] = []) throws -> Bool {
          let run = try Self.plan(["--json"] + arguments).run()
          #expect([.status(0), .status(1)].contains(run.end))
          return run.text.contains(",\"reuse\":true,\"time_wait_sockets_max\"")
        }
        for (setting, timestamps, expected) in [
          ("0", "1", false), ("1", "1", true), ("2", "1", false), ("1", "0", false),
        ] {
          try namespace.write(setting, to: "ipv4/tcp_tw_reuse")
          try namespace.write(timestamps, to: "ipv4/tcp_timestamps")
          #expect(try isReusing() == expected, "\(setting) \(timestamps)")
          #expect(try isReusing(["--reuse"]))
          #expect(try !isReusing(["--no-reuse"]))
          #expect(try !isReusing(["--ports", "100"]))
        }
      }
    }
  }

  @Test func `a namespace that is not there is an error of operation`() throws {
    let run = try Self.plan(["--netns", "no-such-namespace"]).run()
    #expect(run.end == .status(2))
    #expect(run.output.isEmpty)
    #expect(run.message.hasPrefix("ullage: cannot open /run/netns/no-such-namespace: "))
  }
}
