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
  init(_ answer: @escaping Answer) async throws {
    let asked = asked
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(asked, answer))
        }
      }.bind(host: "127.0.0.1", port: 0).get()
  }

  /// Always the same answer.
  convenience init(_ body: String, status: HTTPResponseStatus = .ok) async throws {
    try await self.init { _ in (status, [:], body) }
  }

  /// Listens no more.
  func end() async { try? await channel.close() }

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
