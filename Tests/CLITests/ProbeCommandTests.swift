import HostFacts
import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// `ullage probe`, run: its answers, its refusals, what it says where it may not ask.
@Suite(.needsRoot) struct ProbeCommandTests {
  @Test func `yes is status 0 and no is status 1, and the document says which`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_009)
        let server = try TestSocket.listener(.loopback(5000))
        var clients: [TestSocket] = []
        let arguments = ["probe", "127.0.0.1:5000", "--source", "127.0.0.1"]
        let yes = try ullage(arguments)
        #expect(yes.end == .status(0))
        #expect(yes.message == "")
        #expect(
          yes.text.hasPrefix(
            "YES  the next connect() from 127.0.0.1 to 127.0.0.1:5000 gets a port\n"))
        while clients.count < 10 {
          clients.append(try TestSocket.connected(to: .loopback(5000)))
        }
        let no = try ullage(arguments)
        #expect(no.end == .status(1))
        #expect(no.message == "")
        #expect(
          no.text.hasPrefix(
            "NO  the next connect() from 127.0.0.1 to 127.0.0.1:5000 gets no port\n"
              + "  (EADDRNOTAVAIL)\n"))
        // Another destination, another pool.
        #expect(try ullage(["probe", "127.0.0.1:5001"]).end == .status(0))
        #expect(try ullage(["probe", "127.0.0.2:5000"]).end == .status(0))
        // Somebody who binds first finds none at all.
        let bind = try ullage(["probe", "--bind", "127.0.0.1", "--json"])
        #expect(bind.end == .status(1))
        #expect(bind.text.contains("\"errno\":\"EADDRINUSE\""))
        #expect(try ullage(["probe", "--bind", "127.0.0.2"]).end == .status(0))
        #expect(try ullage(["probe", "--bind", "0.0.0.0"]).end == .status(1))
        var documents: [UInt8] = []
        for arguments in [
          arguments, arguments + ["--redact"], ["probe", "--blocked"], ["probe", "--bind", "::1"],
          ["probe", "[::1]:5000", "--count", "1000", "--blocked"],
          ["probe", "[::ffff:127.0.0.1]:5000"], ["probe", "--udp", "127.0.0.1:53"],
          ["probe", "127.0.0.1:5000", "--source", "10.0.0.1"], ["probe", "203.0.113.1:80"],
        ] { documents += try ullage(arguments + ["--json"]).output }
        let faults = try DocumentSchema("ullage.probe-1").faults(documents)
        #expect(faults == nil, "\(faults ?? "")")
        withExtendedLifetime((server, clients)) {}
      }
    }
  }

  @Test func `UDP probes know the pool of each family`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_009)
        var sockets: [TestSocket] = []
        while sockets.count < 10 {
          sockets.append(try TestSocket.udp(connected: .loopback(53)))
        }
        for (target, status) in [
          ("127.0.0.1:53", 1), ("127.0.0.9:54", 1), ("[::ffff:127.0.0.1]:53", 1), ("[::1]:53", 1),
        ] {
          let run = try ullage(["probe", "--udp", target])
          #expect(run.end == .status(Int32(status)), "\(target)")
          #expect(run.text.contains("EAGAIN"))
        }
        // TCP's ports are others.
        #expect(try ullage(["probe", "127.0.0.1:53"]).end == .status(0))
        sockets.removeAll()
        #expect(try ullage(["probe", "--udp", "127.0.0.1:53"]).end == .status(0))
      }
    }
  }

  @Test func `blocked ports are listed with what is seen on them`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_019)
        try namespace.write("40019", to: "ipv4/ip_local_reserved_ports")
        let listener = try TestSocket.listener(.loopback(40_003))
        let idle = try TestSocket.bound(.loopback(40_004))
        let server = try TestSocket.listener(.loopback(5000))
        let open = try Connection.established(
          server, to: .loopback(5000), from: .loopback(40_008))
        var waiting = try Connection.established(
          server, to: .loopback(5000), from: .loopback(40_009))
        try waiting.enterTimeWait()
        let run = try ullage(["probe", "--blocked"])
        #expect(run.end == .status(0))
        #expect(
          run.text.hasPrefix("YES  4 of 19 ports are blocked for every connect(); 15 are not\n"))
        for line in [
          "40003      1  listener\n", "40004      1  idle bind\n",
          "40008      1  connection (bound first, or accepted)\n",
          "40009      1  TIME_WAIT of such a connection\n",
        ] { #expect(run.text.contains(line), "\(run.text)") }
        // A range of which nothing is left: no connect() can succeed.
        try namespace.setPortRange(40_003, 40_004)
        let none = try ullage(["probe", "--blocked"])
        #expect(none.end == .status(1))
        #expect(none.text.hasPrefix("NO  all 2 ports are blocked: no connect() can get one\n"))
        try namespace.write("40003-40004", to: "ipv4/ip_local_reserved_ports")
        let reserved = try ullage(["probe", "--blocked"])
        #expect(reserved.end == .status(1))
        #expect(reserved.text.hasPrefix("NO  all ports are reserved"))
        withExtendedLifetime((listener, idle, server, open)) {}
      }
    }
  }

  @Test func `a TIME_WAIT that a probe might take over is left alone, unless it is forced`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_000)
        try namespace.add(IPAddress(ipv4: 0x0a09_0001))
        let local = Endpoint(IPAddress(ipv4: 0x0a09_0001), 5000)
        let server = try TestSocket.listener(local)
        var connection = try Connection.established(server)
        try connection.enterTimeWait()
        func reused() -> UInt64? { ProtocolCounters.read().timeWaitReused }
        func waiting() -> Int? { SocketStatistics.read().timeWait }
        // On a slow host both ends may close at once, and both wait.
        #expect(Settling.wait { waiting() ?? 0 > 0 })
        Settling.pause(milliseconds: 200)
        let (before, waited) = (reused(), waiting())
        // Without reuse the port is in use, and nothing can happen to it.
        for mode in ["0", "2"] {
          try namespace.write(mode, to: "ipv4/tcp_tw_reuse")
          let run = try ullage(["probe", "10.9.0.1:5000"])
          #expect(run.end == .status(1), "\(run.message)")
          #expect(!run.text.contains("tcp_tw_reuse"))
        }
        try namespace.write("1", to: "ipv4/tcp_tw_reuse")
        Settling.pause(milliseconds: 1100)
        for source in [[], ["--source", "10.9.0.1"], ["--source", "0.0.0.0"]] {
          let refused = try ullage(["probe", "10.9.0.1:5000"] + source)
          #expect(refused.end == .status(2))
          #expect(refused.output.isEmpty)
          #expect(
            refused.message.hasPrefix(
              "ullage: not probed: 1 TIME_WAIT of this pool may be taken over by connect() now "
                + "(net.ipv4.tcp_tw_reuse is 1)"))
          #expect(refused.message.contains("TWRecycled"))
          #expect(refused.message.contains("--force"))
        }
        // Another pool has none; the blocked ports are asked for towards nobody's address.
        #expect(try ullage(["probe", "10.9.0.1:5001"]).end == .status(0))
        #expect(try ullage(["probe", "--blocked"]).end == .status(0))
        #expect(waiting() == waited)
        #expect(reused() == before)
        let forced = try ullage(["probe", "10.9.0.1:5000", "--force", "--json"])
        #expect(forced.end == .status(0))
        #expect(forced.text.contains("\"time_wait_reusable\":1,\"time_wait_consumed\":1,"))
        #expect(waiting() == waited.map { $0 - 1 })
        #expect(reused() == before.map { $0 + 1 })
        // Between loopback addresses it may be taken over by default.
        try namespace.write("2", to: "ipv4/tcp_tw_reuse")
        let loopback = try TestSocket.listener(.loopback(6000))
        connection = try Connection.established(loopback)
        try connection.enterTimeWait()
        // 6.14 lets the age be set; before, it is a second, which a slow host needs to ask.
        if (try? namespace.write("50000", to: "ipv4/tcp_tw_reuse_delay")) != nil {
          let young = try ullage(["probe", "127.0.0.1:6000"])
          #expect(young.end == .status(1), "\(young.message)")
          try namespace.write("1000", to: "ipv4/tcp_tw_reuse_delay")
        }
        Settling.pause(milliseconds: 1100)
        let old = try ullage(["probe", "127.0.0.1:6000"])
        #expect(old.end == .status(2))
        #expect(old.message.contains("(net.ipv4.tcp_tw_reuse is 2)"))
        // Without timestamps never.
        try namespace.write("0", to: "ipv4/tcp_timestamps")
        #expect(try ullage(["probe", "10.9.0.1:5000"]).end == .status(0))
        try namespace.write("1", to: "ipv4/tcp_timestamps")
        let again = try ullage(["probe", "127.0.0.2:6000"])
        #expect(again.end == .status(0))
        #expect(again.text.contains("no TIME_WAIT of this pool is old enough"))
        withExtendedLifetime((server, loopback)) {}
      }
    }
  }

  @Test func `without the privilege it says which one it needs, and asks what needs none`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        for arguments in [["probe", "127.0.0.1:80"], ["probe", "--blocked"]] {
          let run = try Program.built("ullage", arguments).unprivileged.run()
          #expect(run.end == .status(2))
          #expect(run.output.isEmpty)
          #expect(
            run.message.hasPrefix(
              "ullage: cannot set TCP_REPAIR of a socket: operation not permitted (EPERM 1)"))
          #expect(run.message.contains("CAP_NET_ADMIN"))
        }
        for arguments in [
          ["probe", "--udp", "127.0.0.1:53"], ["probe", "--bind", "127.0.0.1"],
          ["probe", "--bind", "::", "--udp"],
        ] {
          let run = try Program.built("ullage", arguments).unprivileged.run()
          #expect(run.end == .status(0), "\(run.message)")
          #expect(run.text.hasPrefix("YES  "))
        }
      }
    }
  }

  @Test func `where the loopback interface was never up, blocked ports cannot be asked for`() throws
  {
    var program = Program.built("ullage", ["probe", "--blocked"])
    program.arguments = ["unshare", "--net", program.path] + program.arguments
    program.path = "/usr/bin/env"
    let run = try program.run()
    #expect(run.end == .status(2))
    #expect(run.output.isEmpty)
    #expect(run.message.contains("network is unreachable (ENETUNREACH 101)"), "\(run.message)")
    #expect(run.message.contains("ip link set lo up"))
  }
}

/// Wrong arguments of `ullage probe`.
@Suite struct ProbeArgumentTests {
  private let golden = Golden(besides: #filePath)

  private static let wrong = [
    "", "10.1.2.3", "10.1.2.3:", "10.1.2.3:0", "10.1.2.3:65536", "10.1.2.3:+80", "10.1.2.3:https",
    "example.org:443", ":443", "10.1.2:80", "2001:db8::1:443", "[2001:db8::1]", "[2001:db8::1]443",
    "[2001:db8::1:443", "[]:443", "0.0.0.0:443", "[::]:443", "[fe80::1]:443", "[fe80::1%]:443",
    "[2001:db8::1%eth0]:443",
    "10.1.2.3%eth0:80", "10.1.2.3:80 --source ::1", "[::1]:80 --source 10.0.0.1",
    "10.1.2.3:80 --source", "10.1.2.3:80 --source web", "10.1.2.3:80 --count 0",
    "10.1.2.3:80 --count 1001", "10.1.2.3:80 --count x", "10.1.2.3:80 --blocked --udp",
    "10.1.2.3:80 --bind 10.0.0.1", "--bind 10.0.0.1 --blocked", "--bind 10.0.0.1 --force",
    "--bind fe80::1", "--bind x", "--blocked --source 10.0.0.1", "--blocked --force",
    "10.1.2.3:80 10.1.2.3:81", "--netns ../web --blocked",
  ]

  @Test func `messages about wrong arguments are as they were`() throws {
    var text = ""
    for line in Self.wrong {
      let run = try ullage(["probe"] + line.split(separator: " ").map(String.init))
      #expect(run.end == .status(64), "\(line)")
      #expect(run.output.isEmpty, "\(line)")
      text += "$ ullage probe \(line)\n\(run.message)\n"
    }
    let difference = try golden.difference("arguments-probe.txt", Array(text.utf8))
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `an interface that is not there is an operating error`() throws {
    let run = try ullage(["probe", "--udp", "[fe80::1%no-such-if]:53"])
    #expect(run.end == .status(2))
    #expect(
      run.message
        == "ullage: there is no interface 'no-such-if' in this network namespace\n")
  }

  @Test func `a full disk is an operating error, and a closed pipe is none`() throws {
    let arguments = ["probe", "--bind", "127.0.0.1"]
    let full = try ullage(arguments, output: .file("/dev/full"))
    #expect(full.end == .status(2))
    let closed = try ullage(arguments, output: .brokenPipe)
    #expect(closed.end == .signal(13) || closed.end == .status(0))
    #expect(closed.message == "")
  }
}
