internal import NIOCore
internal import NIOHTTP1

/// The first handler of a connection: how long its client may take, and how much it may send meanwhile.
///
/// One timer a connection, moved on by noting a later deadline; a slow client costs a descriptor until then
/// and nothing else.
final class ConnectionDeadline: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// Time is up with a request that is not whole: sent down the pipeline before the error that ends it.
  struct Passed {}

  private enum Phase { case opening, idle, receiving, answering, streaming }

  /// What may come in while an answer is under way: some requests that do not wait for it.
  private static let surplusLimit = 16_384

  private let times: ExporterOptions.Times
  private var phase = Phase.opening
  private var deadline = NIODeadline.distantFuture
  private var timer: (task: Scheduled<Void>, deadline: NIODeadline)?
  private var surplus = 0
  private var hasBytes = false
  private var context: ChannelHandlerContext?

  init(_ times: ExporterOptions.Times) { self.times = times }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.task.cancel()
    timer = nil
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    set(.opening, times.request)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    hasBytes = true
    switch phase {
    case .idle: set(.receiving, times.request)
    case .answering, .streaming:
      surplus += Self.unwrapInboundIn(data).readableBytes
      if surplus > Self.surplusLimit { return context.close(promise: nil) }
    case .opening, .receiving: break
    }
    context.fireChannelRead(data)
  }

  /// A stream's client has to take what it is sent.
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if phase == .streaming {
      deadline = context.channel.isWritable ? .distantFuture : .now() + .seconds(times.answer)
      arm()
    }
    context.fireChannelWritabilityChanged()
  }

  /// A request has come to its end.
  func answering() { set(.answering, times.answer) }

  /// Its answer goes on for as long as the client likes.
  func streaming() {
    phase = .streaming
    deadline = .distantFuture
  }

  /// The answer has left.
  func answered() {
    set(.idle, times.idle)
    hasBytes = false
    surplus = 0
  }

  /// Ends the connection at once: neither what waits to be sent nor an answer of TLS is waited for.
  func cut() { context?.close(promise: nil) }

  private func set(_ phase: Phase, _ seconds: Int64) {
    self.phase = phase
    deadline = .now() + .seconds(seconds)
    arm()
  }

  private func arm() {
    guard deadline != .distantFuture, let context else { return }
    // A timer that fires earlier looks again then; one that fires later is of no use.
    if let timer, timer.deadline <= deadline { return }
    timer?.task.cancel()
    let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [self] in
      timer = nil
      expire()
    }
    timer = (task, deadline)
  }

  private func expire() {
    guard let context, deadline != .distantFuture else { return }
    if deadline > .now() { return arm() }
    if hasBytes, phase == .receiving || phase == .opening {
      context.fireUserInboundEventTriggered(Passed())
      // The handler of pipelined requests lets no answer pass where it knows of no request, but for errors.
      context.fireErrorCaught(HTTPParserError.closedConnection)
    }
    context.close(promise: nil)
  }
}
