import NIOCore

/// The first handler of a connection: what is sent to the client ends here, and nothing does once it is closed.
final class Wire: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer

  private(set) var bytes: [UInt8] = []
  private(set) var isClosed = false
  private var waiting: [(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)] = []

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if isClosed { return promise?.fail(ChannelError.ioOnClosedChannel) ?? () }
    waiting.append((Self.unwrapOutboundIn(data), promise))
  }

  func flush(context: ChannelHandlerContext) {
    let flushed = waiting
    waiting = []
    for (part, promise) in flushed {
      bytes += part.readableBytesView
      promise?.succeed()
    }
  }

  private func end() {
    isClosed = true
    let lost = waiting
    waiting = []
    for (_, promise) in lost { promise?.fail(ChannelError.ioOnClosedChannel) }
  }
}
