import FramesTestKit
import Kernel
import OutputTestKit
import Testing

/// The built program: its help, its arguments, its messages, and what the service manager hands it.
@Suite struct ProgramTests {
  private let golden = Golden(besides: #filePath)

  @Test func `help and version are as they were`() throws {
    let help = try Program.built("ullage-exporter", ["--help"]).run()
    #expect(help.end == .status(0))
    let difference = try golden.difference("help.txt", help.output)
    #expect(difference == nil, "\(difference ?? "")")
    #expect(try Program.built("ullage-exporter", ["--version"]).run().text == "0.1.0\n")
  }

  @Test(arguments: [
    ["--web.listen-address", "9100"], ["--web.listen-address", "::1:9100"],
    ["--web.listen-address", "[::1]"], ["--web.listen-address", "a:99999"],
    ["--web.listen-address", "[a]:1"], ["--web.max-requests", "0"], ["--web.max-connections", "0"],
    ["--metrics.pools", "-1"], ["--metrics.namespaces", "0"], ["--ring", ""], ["--textfile", ""],
    ["--textfile-interval", "1ms"], ["--log.level", "loud"], ["--nothing"], ["extra"],
    ["--web.systemd-socket", "--web.listen-address", ":1"],
  ])
  func `arguments that cannot be are refused`(arguments: [String]) throws {
    let run = try Program.built("ullage-exporter", arguments).run()
    #expect(run.end == .status(64))
    #expect(run.text.isEmpty)
    #expect(run.message.hasPrefix("Error: "))
  }

  @Test func `what it cannot do is said in one line`() throws {
    try withFolder { folder in
      let web = "\(folder)/web.yml"
      try TestFile.write(Array("a: 1".utf8), to: web)
      for (arguments, message) in [
        (["--web.systemd-socket"], "the service manager handed over no socket (LISTEN_FDS)"),
        (
          ["--web.config.file", "\(folder)/none"],
          "cannot open \(folder)/none: no such file or directory"
        ),
        (["--web.config.file", web], "\(web):1: there is no key a"),
        (
          ["--web.listen-address", ":0"],
          ":0 is for everybody on the network, and nobody is asked who they are"
        ),
        (
          ["--web.listen-address", "192.0.2.1:1", "--web.allow-anybody"],
          "cannot listen on 192.0.2.1:1: cannot assign requested address (EADDRNOTAVAIL 99); "
            + "--web.listen-address names another"
        ),
        (
          ["--web.listen-address", "none.invalid:1", "--web.allow-anybody"],
          "cannot listen on none.invalid:1: there is no address of that name; "
        ),
      ] {
        let run = try Program.built("ullage-exporter", arguments + ["--ring", folder]).run()
        #expect(run.end == .status(2))
        #expect(run.message.hasPrefix("ullage-exporter: \(message)"), "\(run.message)")
        #expect(run.message.split(separator: "\n").count == 1, "\(run.message)")
      }
    }
  }

  @Test func `without privilege it serves, and writes the same metrics into a text file`() throws {
    try withFolder { folder in
      let path = "\(folder)/rings"
      try Directory.make(path)
      let ring = try MadeUpRing("\(path)/host.ring")
      _ = try Program("/bin/chmod", ["-R", "a+rwX", folder]).run()
      let file = "\(folder)/ullage.prom"
      let running = try Program.built(
        "ullage-exporter",
        ["--web.listen-address", "127.0.0.1:0", "--ring", path, "--textfile", file]
      ).start()
      var text = ""
      for _ in 0..<3000 where text.isEmpty {
        text = (try? String(decoding: KernelFile.read(file, limit: 1_000_000), as: UTF8.self)) ?? ""
        Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 20_000_000)
      }
      #expect(text.contains("ullage_up{namespace=\"host\"} 1\n"))
      #expect(text.contains("\nullage_range_ports{namespace=\"host\"} "))
      #expect(!text.contains("# EOF"))
      running.send(2)
      let run = try running.wait()
      #expect(run.end == .status(0))
      // Whoever reads the file now is not told that all is well.
      text = String(decoding: try KernelFile.read(file, limit: 1_000_000), as: UTF8.self)
      #expect(text.contains("ullage_up{namespace=\"host\"} 0\n"))
      #expect(text.contains("\nullage_samples_total{namespace=\"host\"} "))
      #expect(!text.contains("\nullage_range_ports{"))
      try ring.close()
    }
  }

  @Test func `namespaces for which there is no room are told to be so, once`() throws {
    try withFolder { folder in
      let host = try MadeUpRing("\(folder)/host.ring")
      let web = try MadeUpRing("\(folder)/web.ring", namespace: "web")
      let running = try Program.built(
        "ullage-exporter",
        ["--web.listen-address", "127.0.0.1:0", "--ring", folder, "--metrics.namespaces", "1"]
      ).start()
      let port = try running.port()
      let began = Clock.monotonicNanoseconds()
      Clock.sleep(untilMonotonicNanoseconds: began + 1_200_000_000)
      let client = try RawClient(port: port)
      client.send("GET /metrics HTTP/1.0\r\n\r\n")
      let body = try #require(HTTPAnswer(try client.answer())).body
      #expect(body.contains("\nullage_namespaces 2\n"))
      #expect(body.contains("\nullage_namespaces_untold 1\n"))
      #expect(body.contains("ullage_up{namespace=\"host\"} 1\n"))
      #expect(!body.contains("ullage_up{namespace=\"web\"}"))
      running.send(15)
      let run = try running.wait()
      #expect(
        run.message.ranges(
          of: "1 namespace has no metrics, web for one: there is room for 1 (--metrics.namespaces)"
        ).count == 1, "\(run.message)")
      try host.close()
      try web.close()
    }
  }

  @Test func `a web configuration that changes holds at once, and a bad one is told of once`()
    throws
  {
    try withFolder { folder in
      let web = "\(folder)/web.yml"
      let hash = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"
      try TestFile.write(Array("basic_auth_users: {prometheus: \(hash)}".utf8), to: web)
      let running = try Program.built(
        "ullage-exporter",
        [
          "--web.listen-address", "127.0.0.1:0", "--ring", folder, "--web.config.file", web,
        ]
      ).start()
      let port = try running.port()
      func becomes(_ status: Int) throws -> Bool {
        for _ in 0..<1000 {
          let client = try RawClient(port: port)
          client.send("GET /-/healthy HTTP/1.0\r\n\r\n")
          if HTTPAnswer(try client.answer())?.status == status { return true }
          Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 50_000_000)
        }
        return false
      }
      let isAsked = try becomes(401)
      #expect(isAsked)
      try TestFile.write(Array("rate_limit:".utf8), to: web)
      let isOpen = try becomes(200)
      #expect(isOpen)
      try TestFile.write(Array("a: 1".utf8), to: web)
      for _ in 0..<3 {
        Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 1_000_000_000)
        running.send(1)
      }
      let stays = try becomes(200)
      #expect(stays)
      running.send(15)
      let run = try running.wait()
      #expect(run.end == .status(0))
      #expect(run.message.ranges(of: "the web configuration was read again").count == 1)
      #expect(run.message.ranges(of: "stays as it was: \(web):1: there is no key a").count == 1)
    }
  }

  @Test func `it answers on a socket that the service manager hands over`() throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring")
      let program = Program.built("ullage-exporter", ["--web.systemd-socket", "--ring", folder])
      // As systemd does: the socket is descriptor 3, and its owner's number is told.
      let manager = """
        import http.client, os, signal, socket, sys
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        child = os.fork()
        if child == 0:
            os.dup2(listener.fileno(), 3)
            os.set_inheritable(3, True)
            os.execve(sys.argv[1], sys.argv[1:],
                      {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "PATH": "/usr/bin"})
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/-/healthy")
        print(connection.getresponse().read().decode(), end="")
        os.kill(child, signal.SIGTERM)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """
      let run = try Program(
        "/usr/bin/python3", ["-c", manager, program.path] + program.arguments
      ).run()
      #expect(run.text == "healthy\n0\n", "\(run.message)")
      try ring.close()
    }
  }

  @Test func `a socket of the service manager that all can reach goes on asking who it is`() throws
  {
    try withFolder { folder in
      let web = "\(folder)/web.yml"
      let hash = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"
      try TestFile.write(Array("basic_auth_users: {prometheus: \(hash)}".utf8), to: web)
      let program = Program.built(
        "ullage-exporter",
        ["--web.systemd-socket", "--web.config.file", web, "--ring", folder])
      let manager = """
        import http.client, os, signal, socket, sys, time
        listener = socket.create_server(("0.0.0.0", 0))
        port = listener.getsockname()[1]
        said, saying = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(listener.fileno(), 3)
            os.set_inheritable(3, True)
            os.dup2(saying, 2)
            os.execve(sys.argv[2], sys.argv[2:],
                      {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "PATH": "/usr/bin"})
        def status():
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/-/healthy")
            return connection.getresponse().status
        print(status())
        open(sys.argv[1], "w").close()
        text = ""
        while "stays as it was" not in text:
            text += os.read(said, 65536).decode()
        print(status(), "passwords cross the network" in text, "basic_auth_users is missing" in text)
        os.kill(child, signal.SIGTERM)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """
      let run = try Program(
        "/usr/bin/python3", ["-c", manager, web, program.path] + program.arguments
      ).run()
      #expect(run.text == "401\n401 True True\n0\n", "\(run.message)")
    }
  }
}
