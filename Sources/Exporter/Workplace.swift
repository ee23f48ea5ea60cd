internal import NIOCore
internal import NIOPosix

/// Where work is done that would hold up an event loop.
enum Workplace: Sendable {
  /// By threads of its own.
  case threads(NIOThreadPool)
  /// By the loop itself, when it runs next: where nobody else waits for it.
  case loop

  /// What `body` comes to; the future is of `eventLoop`.
  func run<Value: Sendable>(
    on eventLoop: any EventLoop, _ body: @escaping @Sendable () throws -> Value
  ) -> EventLoopFuture<Value> {
    switch self {
    case .threads(let threads): threads.runIfActive(eventLoop: eventLoop, body)
    case .loop: eventLoop.submit(body)
    }
  }
}
