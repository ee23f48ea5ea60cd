import Dispatch
import Frames
import FramesTestKit
import Kernel
import KernelTestKit
import NIOCore
import NIOPosix
import OutputTestKit
import Synchronization
import Testing

@testable import Exporter

/// Server-sent events: each frame once, also for a client that was cut off.
@Suite struct EventStreamTests {
  @Test func `a stream begins with the newest frame, and gets each that comes, once`() throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring")
      try RunningExporter.run(in: folder) { running in
        let client = try RawClient(port: running.port)
        client.send("GET /api/v1/live?top=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let first = try client.answer { ids($0).count == 1 }
        #expect(HTTPAnswer(first)?.status == 200)
        #expect(HTTPAnswer(first)?.headers["content-type"] == "text/event-stream; charset=utf-8")
        #expect(first.contains("retry: 2000\n\n"))
        #expect(ids(first).count == 1)
        var sent: [UInt64] = ids(first)
        for _ in 0..<5 {
          sent.append(try ring.goOn().takenAtNanoseconds)
          running.exporter.look()
        }
        running.exporter.look()
        let text = try client.answer { ids($0).count >= 6 }
        #expect(ids(text) == sent)
        #expect(text.contains("data: {\"schema\":\"ullage.history/1\""))
      }
      try ring.close()
    }
  }

  @Test func `a client that comes again gets what it has missed, in order`() throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring", frames: 5)
      var sent: [UInt64] = []
      for _ in 0..<10 {
        Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 2_000_000)
        sent.append(try ring.goOn().takenAtNanoseconds)
      }
      try RunningExporter.run(in: folder) { running in
        let client = try RawClient(port: running.port)
        client.send(
          "GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: \(sent[3])\r\n\r\n")
        #expect(ids(try client.answer { ids($0).count >= 6 }) == Array(sent[4...]))
        // What is no number, and what is still to come, is no place to go on from.
        for id in ["x", "-1", "18446744073709551616", "18446744073709551615"] {
          let other = try RawClient(port: running.port)
          other.send("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: \(id)\r\n\r\n")
          let text = try other.answer { $0.contains("retry: 2000") }
          #expect(HTTPAnswer(text)?.status == 200)
        }
      }
      try ring.close()
    }
  }

  @Test func `a stream has one of few numbers of pools`() throws {
    try RunningExporter.with { running in
      for top in ["3", "64", "999"] {
        let answer = try running.get("/api/v1/live?top=\(top)")
        #expect(answer?.status == 400)
        #expect(answer?.body == "top takes one of 0, 1, 2, 5, 10, 20, 50, 100, 1000 here\n")
      }
      #expect(try running.get("/api/v1/snapshot?top=3")?.status == 200)
    }
  }

  @Test func `a client that missed more than can be kept for it is given the newest of it`() throws
  {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring", frames: 400, rawCount: 400)
      try RunningExporter.run(in: folder) { running in
        let client = try RawClient(port: running.port)
        client.send(
          "GET /api/v1/live?top=1000 HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 1\r\n\r\n")
        _ = try client.answer { !ids($0).isEmpty }
        let newest = try ring.goOn().takenAtNanoseconds
        running.exporter.look()
        let text = try client.answer { ids($0).last == newest }
        #expect(text.utf8.count < 1_300_000)
        #expect(ids(text).count > 10)
        #expect(ids(text) == ids(text).sorted())
      }
      try ring.close()
    }
  }

  @Test func `of what comes while a hand-over is under way the newest is handed over`() throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring")
      var follower = RingFollower(folder, absenceLimitNanoseconds: 1_000_000_000)
      _ = follower.look()
      let busy = try BusyPublisher()
      // The loop does nothing while a hundred frames come.
      var sent: [UInt64] = []
      for _ in 0..<100 {
        sent.append(try ring.goOn().takenAtNanoseconds)
        busy.publisher.publish(follower.look())
      }
      busy.isBlocked.signal()
      let isThere = Settling.wait(seconds: 60) { busy.client.ids.withLock { $0.last } == sent.last }
      #expect(isThere)
      let ids = busy.client.ids.withLock { $0 }
      #expect(ids.count <= 2 * StreamPublisher.waitingLimit)
      #expect(Array(ids.suffix(StreamPublisher.waitingLimit)) == Array(sent.suffix(16)))
      #expect(ids == ids.sorted())
      try busy.group.syncShutdownGracefully()
      try busy.threads.syncShutdownGracefully()
      try ring.close()
    }
  }

  @Test func `threads that have ended while frames wait are not asked for ever`() throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring")
      var follower = RingFollower(folder, absenceLimitNanoseconds: 1_000_000_000)
      _ = follower.look()
      let busy = try BusyPublisher()
      for _ in 0..<3 {
        try ring.goOn()
        busy.publisher.publish(follower.look())
      }
      busy.threads.shutdownGracefully { _ in busy.isBlocked.signal() }
      // What the loop does next is over when it takes this.
      for _ in 0..<2 { try busy.group.next().submit {}.wait() }
      // The first was made before the threads ended; what waited for it is for nobody.
      #expect(busy.client.ids.withLock { $0.count } <= 1)
      try busy.group.syncShutdownGracefully()
      try ring.close()
    }
  }

  @Test func `a quiet stream gets a sign of life, whatever others get`() throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring")
      var follower = RingFollower(folder, absenceLimitNanoseconds: 1_000_000_000)
      let seen = try #require(follower.look().rings.first)
      let event = FrameEvent(try #require(seen.newest), of: seen, top: 1)
      let quiet = Receiver(), busy = Receiver()
      let streams = [
        EventStream(FrameEvent.Want(namespace: "web", top: 1), after: 0, to: quiet),
        EventStream(event.want, after: 0, to: busy),
      ]
      let hub = EventHub()
      for stream in streams {
        stream.begin([])
        hub.add(stream)
      }
      hub.deliver([event])
      #expect(quiet.commentCount.withLock { $0 } == 0)
      hub.deliver([event], now: .now() + .seconds(20))
      #expect(quiet.commentCount.withLock { $0 } == 1)
      #expect(busy.ids.withLock { $0.count } == 2)
      try ring.close()
    }
  }

  @Test func `an exporter that ends tells its streams`() throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring")
      var client: RawClient?
      try RunningExporter.run(in: folder) { running in
        client = try RawClient(port: running.port)
        client?.send("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = try client?.answer { $0.contains("event: frame") }
      }
      let text = try #require(try client?.answer())
      #expect(text.hasSuffix("0\r\n\r\n"))
      try ring.close()
    }
  }

  /// The numbers of the events in what came; a character can be a whole line end, a byte cannot.
  private func ids(_ text: String) -> [UInt64] {
    text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let text = String(decoding: line, as: UTF8.self)
      return text.hasPrefix("id: ") ? UInt64(text.dropFirst(4)) : nil
    }
  }
}

/// A publisher with one stream, whose loop does nothing until it is let go on.
private struct BusyPublisher {
  let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  let threads = NIOThreadPool(numberOfThreads: 1)
  let client = Receiver()
  let isBlocked = DispatchSemaphore(value: 0)
  let publisher: StreamPublisher

  init() throws {
    threads.start()
    let loop = group.next()
    let (client, threads, isBlocked) = (client, threads, isBlocked)
    publisher = try loop.submit {
      let hub = NIOLoopBound(EventHub(), eventLoop: loop)
      let publisher = StreamPublisher(hub: hub, workplace: .threads(threads))
      let stream = EventStream(
        FrameEvent.Want(namespace: "host", top: 1), after: 0, to: client)
      stream.begin([])
      publisher.add(stream)
      return publisher
    }.wait()
    loop.execute { isBlocked.wait() }
  }
}

/// A client that notes which events it gets.
private final class Receiver: EventStream.Writer, Sendable {
  let ids = Mutex<[UInt64]>([])
  let commentCount = Mutex(0)
  let isWritable = true

  func write(_ event: ByteBuffer) {
    let line = String(buffer: event).split(separator: "\n").first ?? ""
    if line == ":" { commentCount.withLock { $0 += 1 } }
    guard let id = UInt64(line.dropFirst("id: ".count)) else { return }
    ids.withLock { $0.append(id) }
  }

  func end() {}
}
