internal import Kernel
package import NIOCore
internal import Synchronization

/// An exporter without sockets and threads: its connections are channels that somebody brings.
///
/// They are set up, and answered, as those of ``Exporter`` are. What would be work for a thread is done by the
/// loop when it runs next, so that whoever runs the loop says when an answer comes.
package final class ChannelExporter {
  private let server: Server
  private let feed: Feed
  private var follower: RingFollower

  /// An exporter whose channels are all of `eventLoop`; it has looked for rings.
  package init(
    _ options: ExporterOptions, settings: WebSettings, version: String,
    on eventLoop: any EventLoop
  ) {
    feed = Feed(limits: options.limits, version: version)
    server = Server(
      options, settings: settings, responder: Responder(feed: feed, workplace: .loop),
      authenticator: Authenticator(workplace: .loop),
      publisher: StreamPublisher(
        hub: NIOLoopBound(EventHub(), eventLoop: eventLoop), workplace: .loop))
    follower = RingFollower(options)
    look()
  }

  /// Sets up a connection.
  package func accept(_ channel: any Channel) throws { try server.accept(channel) }

  /// Looks at the rings; streams are told of what is new.
  package func look() {
    let look = follower.look()
    feed.publish(look)
    server.publisher.publish(look)
  }

  /// From now on it answers as if this host alone could reach it.
  package func keepPrivate() { server.keepPrivate() }

  /// From now on every answer is the last of its connection.
  package func beginClosing() { server.isClosing = true }

  /// Connections, requests being answered and streams that there are.
  package var load: (connections: Int, requests: Int, streams: Int) {
    let load = server.load
    return (server.connections.count, load.count(.requests), load.count(.streams))
  }
}
