import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

/// A server on loopback that answers each request as it is told to, and remembers what it was asked.
final class FakeServer: Sendable {
  /// What was asked.
  struct Request: Sendable {
    var head: HTTPRequestHead
    var body: String
  }

  /// What to answer: nil for nothing at all.
  typealias Answer =
    @Sendable (Request) -> (
      status: HTTPResponseStatus, headers: HTTPHeaders, body: String
    )?

  private let channel: any Channel
  private let asked = NIOLockedValueBox<[Request]>([])

  /// What it was asked so far.
  var requests: [Request] { asked.withLockedValue { $0 } }

  /// Where it is.
  var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

  /// Listens on a port of the kernel's choice.
  private init(_ answer: @escaping Answer) async throws {
    let asked = asked
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(asked, answer))
        }
      }.bind(host: "127.0.0.1", port: 0).get()
  }

  /// Runs `body` with a server that answers so; it listens no more when that has ended, however it did.
  static func with<Value: Sendable>(
    answering answer: @escaping Answer, _ body: (FakeServer) async throws -> Value
  ) async throws -> Value {
    let server = try await FakeServer(answer)
    let result: Result<Value, any Error>
    do { result = .success(try await body(server)) } catch { result = .failure(error) }
    try? await server.channel.close()
    return try result.get()
  }

  /// Likewise, with a server that always says the same.
  static func with<Value: Sendable>(
    _ text: String, status: HTTPResponseStatus = .ok, _ body: (FakeServer) async throws -> Value
  ) async throws -> Value {
    try await with(answering: { _ in (status, [:], text) }, body)
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let asked: NIOLockedValueBox<[Request]>
    private let answer: Answer
    private var request: Request?

    init(_ asked: NIOLockedValueBox<[Request]>, _ answer: @escaping Answer) {
      self.asked = asked
      self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): request = Request(head: head, body: "")
      case .body(let bytes): request?.body += String(buffer: bytes)
      case .end:
        guard let request else { return }
        asked.withLockedValue { $0.append(request) }
        guard let answer = answer(request) else { return }
        var headers = answer.headers
        headers.replaceOrAdd(name: "Content-Length", value: "\(answer.body.utf8.count)")
        context.write(
          wrapOutboundOut(
            .head(.init(version: .http1_1, status: answer.status, headers: headers))),
          promise: nil)
        context.write(
          wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      }
    }
  }
}
