import FramesTestKit
import Kernel
import OutputTestKit
import Ring
import Testing

/// `ullage --host` and servers that are no exporters, or lie.
@Suite struct LyingHostTests {
  /// A server of one answer, or of whatever `answer` makes of a path, in Python.
  private static func serve(_ answer: String, _ arguments: [String] = []) throws -> RunningProgram {
    let script = """
      import http.server, sys, time
      class Handler(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              try: self.answer()
              except OSError: pass
          def say(self, status, body):
              self.send_response(status)
              self.send_header("Location", "http://127.0.0.1:1/")
              self.send_header("Content-Length", str(len(body)))
              self.end_headers()
              self.wfile.write(body)
          def answer(self):
              \(answer)
          def log_message(self, *words): pass
      http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler).serve_forever()
      """
    return try Program("/usr/bin/python3", ["-c", script] + arguments).start()
  }

  private static func look(
    at server: RunningProgram, _ arguments: [String] = []
  ) throws -> Program.Run {
    let run = try Program.built(
      "ullage", ["--host", "http://127.0.0.1:\(server.port())"] + arguments
    ).run()
    #expect(run.message.split(separator: "\n").count <= 1, "\(run.message)")
    #expect(run.message.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 32 })
    return run
  }

  @Test(arguments: [
    ("b'hello'", 200, "this is no excerpt of a ring: hello"), ("b''", 200, "it is empty"),
    ("b'x' * 70000000", 200, "more than 67108864 bytes"), ("b'down'", 503, "status 503: down"),
    ("b'\\x1b[31mred\\x07'", 200, "no excerpt of a ring: [31mred"), ("b'/'", 302, "status 302"),
  ])
  func `servers that are none are told by what they say`(
    body: String, status: Int, message: String
  ) throws {
    let server = try Self.serve("self.say(\(status), \(body))")
    let run = try Self.look(at: server)
    #expect(run.end == .status(2) && run.text.isEmpty)
    #expect(run.message.contains(message), "\(run.message)")
    server.send(15)
  }

  /// Nothing, a head alone, and a byte now and then.
  @Test(arguments: [
    "time.sleep(600)",
    "self.send_response(200); self.send_header('Content-Length', '9'); self.end_headers(); "
      + "time.sleep(600)",
    "self.send_response(200); self.end_headers(); "
      + "[(self.wfile.write(b'x'), self.wfile.flush(), time.sleep(0.1)) for _ in range(6000)]",
  ])
  func `a server that never ends has its time, and a signal ends us`(answer: String) throws {
    let server = try Self.serve(answer)
    let run = try Self.look(at: server, ["--timeout", "2"])
    #expect(run.end == .status(2) && run.message.contains("no whole answer"), "\(run.message)")
    for signal: Int32 in [2, 15] {
      let waiting = try Program.built(
        "ullage", ["--host", "http://127.0.0.1:\(server.port())", "--timeout", "600"]
      ).start()
      // As soon as it has asked.
      Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 500_000_000)
      waiting.send(signal)
      let ended = try waiting.wait().end
      // It may have come before anything was blocked.
      #expect(ended == .status(128 + signal) || ended == .signal(signal), "\(ended)")
    }
    server.send(9)
  }

  @Test
  func `a ring that becomes another one between two answers is looked at anew, not trapped on`()
    throws
  {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring")
      var reader = try RingReader(path: "\(folder)/host.ring")
      let five = try reader.excerpt(
        tier: 0, from: nil, realtimeNanoseconds: Clock.realtimeNanoseconds(), byteCountMax: 1 << 20)
      let geometry = RingGeometry(tiers: [reader.geometry.tiers[0]])
      var identity = try reader.header().identity
      identity.namespaceCookie += 1
      var writer = try RingWriter(inMemory: geometry, identity: identity)
      try writer.publish(tier: 0, [1, 2, 3].span)
      var other = try RingReader(path: writer.path)
      let one = try other.excerpt(
        tier: 0, from: 0, realtimeNanoseconds: Clock.realtimeNanoseconds(), byteCountMax: 1 << 20)
      try TestFile.write(five, to: "\(folder)/five")
      try TestFile.write(one, to: "\(folder)/one")
      let server = try Self.serve(
        "self.say(200, open(sys.argv[1] + ('/five' if 'from' not in self.path else '/one'), 'rb').read())",
        [folder])
      for view in [[], ["history"], ["export", "--csv"]] {
        let run = try Self.look(at: server, view)
        // There is no frame that can be read: whatever the view makes of that, it is no trap.
        #expect(run.end == .status(2) || run.end == .status(0), "\(view) \(run.message)")
      }
      server.send(15)
      try ring.close()
    }
  }

  @Test func `a ring that is promised and never comes is not asked for without end`() throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring")
      // The header says thirty frames; every answer is this one, which has none.
      var reader = try RingReader(path: "\(folder)/host.ring")
      let header = try reader.excerpt(
        tier: 0, from: nil, realtimeNanoseconds: Clock.realtimeNanoseconds(), byteCountMax: 1 << 20)
      try TestFile.write(header, to: "\(folder)/header")
      let server = try Self.serve(
        "open(sys.argv[1] + '/asked', 'a').write('.'); self.say(200, open(sys.argv[1] + '/header', 'rb').read())",
        [folder])
      let run = try Self.look(at: server)
      #expect(run.end == .status(2) && run.message.contains("no frame yet"), "\(run.message)")
      let asked = try KernelFile.read("\(folder)/asked", limit: 1000).count
      #expect((1..<20).contains(asked), "\(asked)")
      server.send(15)
      try ring.close()
    }
  }
}
