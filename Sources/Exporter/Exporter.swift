internal import Dispatch
internal import Frames
internal import Inet
internal import Kernel
public import Logging
internal import Metrics
internal import NIOCore
internal import NIOPosix
internal import Synchronization
internal import WebConfiguration

/// A running exporter: answers on the network until it is closed, from what it saw when it looked last.
///
/// One event loop for all connections, one thread for the past, one for passwords, and one for what streams are
/// sent; whoever owns it looks.
public final class Exporter: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let eventLoop: any EventLoop
  private let readers: NIOThreadPool
  private let checkers: NIOThreadPool
  private let publishers: NIOThreadPool
  private let server: Server
  private let feed: Feed
  private let listeners: Mutex<[any Channel]>
  private let isClosed = Atomic<Bool>(false)
  private let follower: Mutex<RingFollower>
  private let namespaceLimit: Int
  private let log: Logger

  /// Looks for rings, and starts to listen: on every address, or on none.
  public init(
    _ options: ExporterOptions, settings: WebSettings, version: String, log: Logger
  ) throws(ExporterError) {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    readers = NIOThreadPool(numberOfThreads: 1)
    checkers = NIOThreadPool(numberOfThreads: 1)
    publishers = NIOThreadPool(numberOfThreads: 1)
    for threads in [readers, checkers, publishers] { threads.start() }
    let eventLoop = group.next()
    self.eventLoop = eventLoop
    feed = Feed(limits: options.limits, version: version)
    let hub = Self.onLoop(eventLoop) { NIOLoopBound(EventHub(), eventLoop: eventLoop) }
    let server = Server(
      options, settings: settings, responder: Responder(feed: feed, workplace: .threads(readers)),
      authenticator: Authenticator(workplace: .threads(checkers)),
      publisher: StreamPublisher(hub: hub, workplace: .threads(publishers)))
    self.server = server
    listeners = Mutex([])
    follower = Mutex(RingFollower(options))
    namespaceLimit = options.limits.namespaces
    self.log = log
    look()
    do throws(ExporterError) {
      try listen(options)
    } catch {
      close()
      throw error
    }
  }

  /// The ports that are listened on, in the order of the addresses.
  public var ports: [Int] { listeners.withLock { $0.compactMap { $0.localAddress?.port } } }

  /// Where it listens: "127.0.0.1:21121".
  public var addresses: [String] {
    listeners.withLock { listeners in
      listeners.compactMap { listener in
        listener.localAddress.map { address in
          guard let host = address.ipAddress, let port = address.port else { return "\(address)" }
          return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
      }
    }
  }

  /// Whether others than this host can reach it.
  public var isPublic: Bool { listeners.withLock { !$0.allSatisfy(\.isPrivate) } }

  /// The ports that are listened on though connect() is given them: another process may have one of them when
  /// this one starts again. As of the last look at a ring.
  public var ephemeralPorts: [Int] {
    let ranges = feed.rings.compactMap { $0.newest?.range }
    return ports.filter { port in
      ranges.contains { (Int($0.low)...Int($0.high)).contains(port) }
    }
  }

  /// Looks at the rings, and publishes what is new. To be called again after as many nanoseconds as it says:
  /// half of an interval. Costs some reads of each ring that is written.
  @discardableResult
  public func look() -> UInt64 {
    follower.withLock { follower in
      let look = follower.look()
      let untold = feed.publish(look)
      if let first = untold.first {
        log.warning(
          "\(untold.count) namespace\(untold.count == 1 ? " has" : "s have") no metrics, \(first) for one: there is room for \(namespaceLimit) (--metrics.namespaces)"
        )
      }
      for problem in look.problems { log.warning("\(problem)") }
      server.endOutdated()
      server.publisher.publish(look)
      server.responder.keep(only: Set(look.rings.map(\.path)))
      return follower.pauseNanoseconds
    }
  }

  /// Ends: streams are told, answers under way are not waited for, nor for long clients that say nothing.
  public func close() {
    if isClosed.exchange(true, ordering: .relaxed) { return }
    server.isClosing = true
    for listener in listeners.withLock({ $0 }) { try? listener.close().wait() }
    let server = server
    Self.onLoop(eventLoop) { server.publisher.close() }
    // The end of TLS takes the other side too.
    eventLoop.scheduleTask(in: .milliseconds(500)) { server.connections.cutAll() }
    // What they do takes seconds at worst, and nobody waits for it any more.
    let ended = DispatchGroup()
    for threads in [readers, checkers, publishers] {
      ended.enter()
      threads.shutdownGracefully { _ in ended.leave() }
    }
    _ = ended.wait(timeout: .now() + .seconds(1))
    try? group.syncShutdownGracefully()
  }

  /// The metrics as text, for node_exporter's textfile collector. The last ones are what stays true when
  /// nobody writes them any more: counters, and that it is not known whether somebody collects.
  public func textMetrics(isLast: Bool = false) -> [UInt8] {
    if isLast { return feed.lastMetrics() }
    return Array(
      feed.metrics(Feed.MetricsForm(format: .text, isCompressed: false)).readableBytesView)
  }

  /// Runs `body` on the loop and waits.
  private static func onLoop<Value: Sendable>(
    _ eventLoop: any EventLoop, _ body: @escaping @Sendable () -> Value
  ) -> Value {
    do {
      return try eventLoop.submit(body).wait()
    } catch {
      preconditionFailure("a loop that runs takes work: \(error)")
    }
  }

  private func listen(_ options: ExporterOptions) throws(ExporterError) {
    let asksWho = server.settings.asksWho || options.allowsAnybody
    for address in options.addresses where !asksWho && !address.isLoopback {
      throw .open(address: address.text)
    }
    let server = server
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      // Nobody is let in before it is known who may be.
      .serverChannelOption(.autoRead, value: false)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      // What a client sends before it is answered stays in the kernel, but for so much.
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 8192)
      )
      // What a client does not read is not written: the rest waits in its buffer, which has bounds.
      .childChannelOption(
        .writeBufferWaterMark,
        value: ChannelOptions.Types.WriteBufferWaterMark(
          low: 32_768, high: 262_144)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try server.accept(channel) }
      }
    for address in options.addresses {
      // Every address is that of IPv6, which takes IPv4 too, or of IPv4 where the kernel has no other.
      let host = address.host.isEmpty ? "::" : address.host
      var bound = bootstrap.bind(host: host, port: address.port)
      if address.host.isEmpty, Self.lacksIPv6(bound) {
        bound = bootstrap.bind(host: "0.0.0.0", port: address.port)
      }
      let channel = try add(address.text, bound)
      guard asksWho || channel.isPrivate else { throw .open(address: address.text) }
    }
    for socket in options.inheritedSockets {
      let name = "the socket \(socket) of the service manager"
      let channel = try add(name, bootstrap.withBoundSocket(socket))
      guard asksWho || channel.isPrivate else { throw .open(address: name) }
    }
    let channels = listeners.withLock { $0 }
    if channels.allSatisfy(\.isPrivate) {
      server.keepPrivate()
    } else if !options.allowsAnybody {
      server.settings.keepAsking()
    }
    for channel in channels { channel.setOption(.autoRead, value: true).whenComplete { _ in } }
  }

  /// Whether it could not be bound because the kernel has no IPv6. Waits for it.
  private static func lacksIPv6(_ bound: EventLoopFuture<any Channel>) -> Bool {
    do {
      _ = try bound.wait()
      return false
    } catch {
      let code = (error as? IOError)?.errnoCode
      return code == EAFNOSUPPORT || code == EADDRNOTAVAIL
    }
  }

  /// Why it cannot be listened there, without the names of the library's functions.
  private static func words(_ error: any Error) -> String {
    switch error {
    case let error as IOError: "\(Errno(rawValue: error.errnoCode))"
    case SocketAddressError.unknown, is SocketAddressError.UnknownHost:
      "there is no address of that name"
    default: "\(error)"
    }
  }

  @discardableResult
  private func add(
    _ address: String, _ future: EventLoopFuture<any Channel>
  ) throws(ExporterError) -> any Channel {
    do {
      let channel = try future.wait()
      listeners.withLock { $0.append(channel) }
      return channel
    } catch {
      throw .cannotListen(address: address, problem: Self.words(error))
    }
  }
}

extension Channel {
  /// Whether this host alone can reach what it listens on.
  fileprivate var isPrivate: Bool {
    switch localAddress {
    case .unixDomainSocket: true
    case .v4, .v6:
      localAddress?.ipAddress.map { $0 == "::1" || $0.hasPrefix("127.") } ?? false
    case nil: false
    }
  }
}
