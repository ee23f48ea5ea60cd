import FrameRing
import Frames
import Headroom
import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Recording
import Ring
import Testing
import Verdicts

/// A recording inside the process that is recorded.
@Suite struct RunRecordingTests {
  @Test(.needsRoot)
  func `connections are answered for as they are made, here and to whoever reads`()
    async
  {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        try namespace.setPortRange(40_000, 40_099)
        try withFolder { folder in
          let path = "\(folder)/run"
          let listener = try TestSocket.listener(.loopback(5000))
          let address = Endpoint.loopback().address
          let recording = try RunRecording.start(to: path)
          let reader = HeadroomReader(path: path)
          let none = recording.headroom(to: address, port: 5000)
          ExitTestReport.check(none.left == 100, "\(none)")
          var connections: [TestSocket] = []
          for _ in 0..<30 {
            connections.append(try TestSocket.connected(to: .loopback(5000)))
          }
          for ask in [
            { recording.headroom(to: address, port: 5000) },
            { reader.headroom(to: address, port: 5000) },
            { reader.headroom(to: address, port: 5000, from: address) },
          ] {
            var answer = ask()
            for _ in 0..<250 where answer.left != 70 {
              Settling.pause(milliseconds: 20)
              answer = ask()
            }
            ExitTestReport.check(answer.left == 70, "\(answer)")
          }
          recording.mark("thirty\n\u{1b}[31m connections")
          recording.mark(" \n ")
          let verdict = try recording.stop()
          ExitTestReport.check(verdict.limit == .no, "\(verdict.reasons)")
          ExitTestReport.check(
            verdict.pool?.inUseMaximum == 30, "\(String(describing: verdict.pool))")
          ExitTestReport.check(recording.failure == nil, "it ended well")
          let ended = recording.headroom(to: address, port: 5000)
          ExitTestReport.check(ended == .unknown(.ended), "\(ended)")
          // Again is no harm.
          ExitTestReport.check(try recording.stop() == verdict, "the same file")
          let events = try FrameRingReader(path: path, isNamed: true).events(
            from: 0, through: .max, limit: 100)
          ExitTestReport.check(
            events.filter { $0.kind == .mark }.map(\.text) == ["thirty [31m connections"],
            "\(events.map(\.text))")
          withExtendedLifetime((listener, connections)) {}
        }
      }
    }
  }

  @Test func `a recording is not written over anything, but replaced where that is wanted`() throws
  {
    try withFolder { folder in
      let path = "\(folder)/run"
      let first = try RunRecording.start(to: path)
      #expect(first.inboxPath == nil)
      _ = try first.stop()
      #expect(throws: RecordingError.ring(RingError(path, .exists))) {
        _ = try RunRecording.start(to: path)
      }
      var options = RecordingOptions()
      options.replaces = true
      let second = try RunRecording.start(to: path, options)
      #expect(try second.stop().sampleCount >= 2)

      var writer = try RingWriter(
        path: "\(folder)/a.ring", geometry: FrameRingShape().geometry,
        identity: RingIdentity(
          bootID: try BootID.current(), namespaceCookie: 0, namespaceInode: 0, namespaceName: "",
          hostName: "", writerPID: 1, writerStartRealtimeNanoseconds: 1, intervalNanoseconds: 1))
      #expect(throws: RecordingError.noRecording(path: "\(folder)/a.ring")) {
        _ = try RunRecording.start(to: "\(folder)/a.ring", options)
      }
      try writer.heartbeat(realtimeNanoseconds: 1, monotonicNanoseconds: 1)
      try writer.close()
      #expect(throws: RecordingError.self) {
        _ = try RunRecording.start(to: "\(folder)/none/run")
      }
    }
  }

  @Test func `what is dropped ends well, and marks of others come in where they are wanted`() throws
  {
    try withFolder { folder in
      let path = "\(folder)/run"
      do {
        var options = RecordingOptions()
        options.takesMarks = true
        let recording = try RunRecording.start(to: path, options)
        let inbox = try #require(recording.inboxPath)
        try DatagramInbox.send(Array("from outside".utf8), to: inbox)
        Settling.pause(milliseconds: 300)
        withExtendedLifetime(recording) {}
      }
      let reader = try FrameRingReader(path: path, isNamed: true)
      #expect(reader.writer.isClosed)
      let marks = try reader.events(from: 0, through: .max, limit: 100).filter { $0.kind == .mark }
      #expect(marks.map(\.text) == ["from outside"])
    }
  }

  @Test func `any thread may ask and mark while it goes on, and end it`() throws {
    try withFolder { folder in
      let recording = try RunRecording.start(to: "\(folder)/run")
      let address = IPAddress(ipv4: 0x0a01_0203)
      try Self.together(4) { thread in
        var answered = 0
        for index in 0..<500 {
          if index % 100 == 0 { recording.mark("\(thread) \(index)") }
          // Unknown before a count, never absent.
          if recording.headroom(to: address, port: 443) != .unknown(.noFrame) { answered += 1 }
        }
        if thread == 0 { recording.finish() }
        return answered
      }
      _ = try recording.stop()
      let reader = try FrameRingReader(path: recording.path, isNamed: true)
      let events = try reader.events(from: 0, through: .max, limit: 1000)
      let marks = events.filter { $0.kind == .mark }.map(\.text)
      // What comes after the end has no place.
      #expect(
        marks.filter { $0.hasPrefix("0 ") }.count == 5 && marks.count <= 20,
        "\(events.count): \(marks) \(reader.losses) \(String(describing: recording.failure))")
    }
  }

  /// Runs `body` on so many threads at once; each of them has its answers.
  private static func together(
    _ count: Int, _ body: @escaping @Sendable (Int) -> Int
  ) throws {
    guard count > 0 else { return }
    let thread = try DedicatedThread { body(count - 1) }
    try together(count - 1, body)
    #expect(try thread.join() == 500)
  }
}
