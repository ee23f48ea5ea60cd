import NIOCore
import NIOHTTP1

/// Sees what the parser makes of a connection's bytes, and which answers are given to it.
final class ExchangeWitness: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// An answer, and the request that it is of; nil where there was none that could be read.
  struct Answer {
    let request: HTTPRequestHead?
    let status: Int
  }

  /// The requests whose heads came, in their order, that have no answer yet.
  private var open: [HTTPRequestHead] = []
  private(set) var answers: [Answer] = []
  /// Requests that came to their end.
  private(set) var endCount = 0
  private(set) var isStreaming = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch Self.unwrapInboundIn(data) {
    case .head(let head): open.append(head)
    case .body: break
    case .end: endCount += 1
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .head(let head) = Self.unwrapOutboundIn(data) {
      let request = open.isEmpty ? nil : open.removeFirst()
      answers.append(Answer(request: request, status: Int(head.status.code)))
      isStreaming = head.headers["Content-Type"].contains { $0.hasPrefix("text/event-stream") }
    }
    context.write(data, promise: promise)
  }
}
