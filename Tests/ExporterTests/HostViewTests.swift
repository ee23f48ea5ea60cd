import FramesTestKit
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// `ullage --host`: what it shows of another host against what the same program shows of the ring itself.
@Suite struct HostViewTests {
  /// The program, with a file of its own for each secret.
  private static func ullage(_ arguments: [String]) throws -> Program.Run {
    try Program.built("ullage", arguments).run()
  }

  private static func url(_ running: RunningExporter, _ scheme: String = "http") -> String {
    "\(scheme)://127.0.0.1:\(running.port)"
  }

  /// Waits until the exporter serves.
  private static func settle(_ running: RunningExporter) throws {
    let isReady = try Settling.wait(seconds: 60) { try running.get("/-/ready")?.status == 200 }
    #expect(isReady)
  }

  @Test func `every view of it is that of the ring itself`() throws {
    try RunningExporter.with { running in
      try Self.settle(running)
      let ring = "\(running.folder)/host.ring"
      for view in [
        ["export", "--json"], ["export", "--csv"], ["history", "--csv", "--since", "1h"],
        ["history", "--since", "1h", "--table"], ["log", "--since", "1h", "--csv"],
      ] {
        let there = try Self.ullage(["--host", Self.url(running)] + view)
        let file = view[0] == "export" ? [ring] : ["--ring", ring]
        let here = try Self.ullage([view[0]] + file + view.dropFirst())
        #expect(there.end == .status(0) && here.end == .status(0), "\(view) \(there.message)")
        #expect(there.text == here.text, "\(view)")
        #expect(there.text.split(separator: "\n").count > 1, "\(view)")
      }
    }
  }

  @Test func `without a view it is the newest state, as text and as a document`() throws {
    try RunningExporter.with { running in
      try Self.settle(running)
      let page = try Self.ullage(["--host", Self.url(running)])
      #expect(page.end == .status(0), "\(page.message)")
      #expect(page.text.contains("web-17") && page.text.contains("\nPOOLS "))
      #expect(page.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
      let json = try Self.ullage(["--host", Self.url(running), "snapshot", "--json"]).text
      let served = try #require(try running.get("/api/v1/snapshot?top=1000")?.body)
      // From the frames on nothing depends on who asks, or when.
      let frames = try #require(served.firstRange(of: #""frames":"#))
      #expect(json.contains(served[frames.lowerBound...].prefix { $0 != "\n" }))
      let check = try Self.ullage(["--host=\(Self.url(running))", "check"])
      #expect(check.text.hasPrefix("ULLAGE "))
    }
  }

  @Test func `encrypted, with a password and a certificate from files`() throws {
    try withFolder { folder in
      let certificates = try Certificates(in: folder)
      let ring = try MadeUpRing("\(folder)/host.ring")
      let web = """
        tls_server_config:
          cert_file: server.pem
          key_file: server.key
          client_ca_file: ours.pem
          client_auth_type: RequireAndVerifyClientCert
        basic_auth_users:
          prometheus: $2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW
        """
      try TestFile.write(Array(web.utf8), to: "\(folder)/web.yml")
      for (name, text) in [("right", "prometheus:secret\n"), ("wrong", "prometheus:other")] {
        try TestFile.write(Array(text.utf8), to: "\(folder)/\(name)")
        _ = try Program("/bin/chmod", ["600", "\(folder)/\(name)"]).run()
      }
      try TestFile.write(Array("prometheus:secret".utf8), to: "\(folder)/open")
      _ = try Program("/bin/chmod", ["644", "\(folder)/open"]).run()
      try RunningExporter.run(in: folder, web: true) { running in
        func look(_ credentials: String?, ca: String? = "ours", as client: String? = "client")
          throws -> Program.Run
        {
          var arguments = ["--host", Self.url(running, "https")]
          if let credentials { arguments += ["--credentials", "\(folder)/\(credentials)"] }
          if let ca { arguments += ["--ca", certificates.certificate(ca)] }
          if let client {
            arguments += ["--certificate", certificates.certificate(client)]
            arguments += ["--key", certificates.key(client)]
          }
          return try Self.ullage(arguments)
        }
        let isReady = try Settling.wait(seconds: 60) { try look("right").end == .status(0) }
        #expect(isReady)
        let page = try look("right")
        #expect(page.text.contains("web-17"), "\(page.message)")
        for (run, message) in [
          (try look("wrong"), "answered with status 401"),
          (try look(nil), "--credentials names the file"),
          (try look("open"), "others than its owner may read it"),
          (try look("right", ca: nil), "CERTIFICATE_VERIFY_FAILED"),
          (try look("right", ca: "theirs"), "CERTIFICATE_VERIFY_FAILED"),
          (try look("right", as: nil), "TLS"), (try look("right", as: "stranger"), "TLS"),
          (try look("right", as: "expired"), "TLS"),
        ] {
          #expect(run.end == .status(2), "\(message)")
          #expect(run.text.isEmpty && run.message.hasPrefix("ullage: "))
          #expect(run.message.contains(message), "\(run.message)")
          #expect(!run.message.contains("secret") && !run.message.contains("/Sources/"))
        }
      }
      try ring.close()
    }
  }

  @Test func `what is written there is followed, also when the ring is made anew`() throws {
    try withFolder { folder in
      let path = "\(folder)/host.ring"
      var ring = try MadeUpRing(path, frames: 5, told: 1_000_000_000)
      try RunningExporter.run(in: folder) { running in
        try Self.settle(running)
        let output = "\(folder)/log.csv"
        let program = try Program.built(
          "ullage",
          [
            "--host", Self.url(running), "log", "--interval", "1s", "--csv", "-o", output,
          ]
        ).start()
        func lines() -> Int {
          let bytes = (try? KernelFile.read(output, limit: 1 << 20)) ?? []
          return bytes.count { $0 == UInt8(ascii: "\n") }
        }
        func grows(beyond count: Int) throws -> Bool {
          try Settling.wait(seconds: 60) {
            try ring.goOn()
            Settling.pause(milliseconds: 50)
            return lines() > count
          }
        }
        let begins = try grows(beyond: 2)
        #expect(begins)
        try ring.close()
        File.remove(path)
        ring = try MadeUpRing(path, frames: 2, rawCount: 100, told: 1_000_000_000)
        let before = lines()
        let goesOn = try grows(beyond: before + 6)
        #expect(goesOn)
        program.send(15)
        let run = try program.wait()
        #expect(run.end == .status(0), "\(run.message)")
      }
      try ring.close()
    }
  }

  @Test func `what cannot be looked at is said, and arguments that cannot be are refused`() throws {
    try RunningExporter.with { running in
      try Self.settle(running)
      let url = Self.url(running)
      for (arguments, message) in [
        (["--host", "http://127.0.0.1:1"], "connection refused (ECONNREFUSED 111)"),
        (["--host", url, "--netns", "nowhere"], "no ring is of that namespace"),
        (["--host", url, "history", "--netns=nowhere"], "no ring is of that namespace"),
        (["--host", url + "/metrics"], "there is nothing here"),
      ] {
        let run = try Self.ullage(arguments)
        #expect(run.end == .status(2) && run.text.isEmpty, "\(arguments)")
        #expect(run.message.contains(message) && !run.message.contains("secret"), "\(run.message)")
        #expect(run.message.split(separator: "\n").count == 1, "\(run.message)")
      }
      for arguments in [
        ["--host"], ["--host", url, "owners"], ["--host", url, "history", "--ring", "x"],
        ["--host", url, "--timeout", "0"], ["--host", url, "--key", "k"],
        ["--host", url, "live", "--netns"], ["--host", url, "history", "--nothing"],
        ["--host", "http://me:secret@host:1"], ["--host", "host:21121"],
        ["--host", "http://host:port"], ["--host", "http://host:65536"], ["--host", "http://h:0"],
      ] {
        let run = try Self.ullage(arguments)
        #expect(run.end == .status(64) && run.text.isEmpty, "\(arguments) \(run.message)")
        #expect(!run.message.contains("secret"))
      }
      let live = try Self.ullage(["--host", url, "live"])
      #expect(live.end == .status(2) && live.message.contains("needs a terminal"))
    }
  }
}
