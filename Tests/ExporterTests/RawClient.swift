import Kernel
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A client that sends just the bytes that it is told to.
final class RawClient: Sendable {
  /// The loop of all clients.
  private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let channel: any Channel
  private let inbox = Inbox()

  /// What came, and whether more can come.
  private final class Inbox: Sendable {
    struct State {
      var bytes: [UInt8] = []
      var isClosed = false
      var error: String?
    }
    let state = Mutex(State())
  }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let inbox: Inbox
    init(_ inbox: Inbox) { self.inbox = inbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let buffer = Self.unwrapInboundIn(data)
      inbox.state.withLock { $0.bytes += buffer.readableBytesView }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      inbox.state.withLock { $0.error = "\(error)" }
      context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
      inbox.state.withLock { $0.isClosed = true }
    }
  }

  /// Connects, encrypted if there is a configuration, from the address `host` of this host.
  init(port: Int, tls: TLSConfiguration? = nil, from host: String? = nil) throws {
    let inbox = inbox
    let secure = try tls.map { try NIOSSLContext(configuration: $0) }
    var bootstrap = ClientBootstrap(group: Self.group)
    if let host { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: host, port: 0)) }
    channel =
      try bootstrap
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let secure {
            try pipeline.addHandler(
              try NIOSSLClientHandler(context: secure, serverHostname: nil))
          }
          try pipeline.addHandler(Collector(inbox))
        }
      }
      .connect(host: "127.0.0.1", port: port).wait()
  }

  /// Sends text.
  func send(_ text: String) { send(Array(text.utf8)) }

  /// Sends bytes.
  func send(_ bytes: [UInt8]) {
    channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
  }

  /// Stops to read what comes, or goes on with it.
  func setReading(_ isReading: Bool) throws {
    try channel.setOption(.autoRead, value: isReading).wait()
  }

  /// What has come once `isEnough` says so, the connection is closed, or a minute is over: the
  /// other tests want the processors too.
  func answer(until isEnough: (String) -> Bool = { _ in false }) throws -> String {
    let deadline = Clock.monotonicNanoseconds() + 60_000_000_000
    while Clock.monotonicNanoseconds() < deadline {
      let state = inbox.state.withLock { $0 }
      let text = String(decoding: state.bytes, as: UTF8.self)
      if state.isClosed || isEnough(text) { return text }
      try pause(milliseconds: 5)
    }
    let text = String(decoding: inbox.state.withLock { $0.bytes }, as: UTF8.self)
    throw Late(byteCount: text.utf8.count, end: String(text.suffix(300)), problem: problem)
  }

  /// Whether the other side has closed the connection.
  var isClosed: Bool { inbox.state.withLock { $0.isClosed } }

  /// What went wrong, if something did.
  var problem: String? { inbox.state.withLock { $0.error } }

  /// Ends the connection.
  func close() { channel.close(promise: nil) }

  deinit { channel.close(promise: nil) }

  private func pause(milliseconds: Int64) throws {
    try channel.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) {}.futureResult.wait()
  }

  /// Nothing came in a minute.
  struct Late: Error {
    var byteCount = 0
    var end = ""
    var problem: String?
  }
}

/// An answer of HTTP, in its parts.
struct HTTPAnswer {
  let status: Int
  let headers: [String: String]
  let body: String

  /// The first answer in `text`.
  init?(_ text: String) {
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].split(separator: "\r\n", omittingEmptySubsequences: false)
    let words = lines[0].split(separator: " ")
    guard words.count > 1, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0",
      let status = Int(words[1])
    else { return nil }
    self.status = status
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let sides = line.split(separator: ":", maxSplits: 1)
      headers[sides[0].lowercased()] = String(sides[1].dropFirst())
    }
    self.headers = headers
    body = String(text[end.upperBound...])
  }
}

extension RunningExporter {
  /// The answer to a request of its own connection, which ends with it.
  func get(
    _ target: String, _ headers: [String] = [], method: String = "GET",
    tls: TLSConfiguration? = nil
  ) throws -> HTTPAnswer? {
    let client = try RawClient(port: port, tls: tls)
    let lines =
      ["\(method) \(target) HTTP/1.1", "Host: localhost", "Connection: close"] + headers + ["", ""]
    client.send(lines.joined(separator: "\r\n"))
    return HTTPAnswer(try client.answer())
  }
}
