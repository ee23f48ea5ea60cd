import Exporter
import FramesTestKit
import NIOEmbedded
import OutputTestKit

/// The exporters that requests are sent to, over one small ring; all of one loop, and of one thread.
final class Exporters {
  /// What may be asked of one of them, by whom.
  enum Kind: Int, CaseIterable {
    /// Anybody of this host.
    case local
    /// Whoever shows the password.
    case secret
    /// Anybody, and there is no ring.
    case empty
    /// Anybody, once: it is about to end.
    case ending
  }

  /// What a client shows to `secret`: the name `u` with the password `p`.
  static let authorization = "dTpw"

  let loop = EmbeddedEventLoop()
  private let ring: MadeUpRing
  private let all: [ChannelExporter]

  /// Exporters of a ring that is made in `folder`, which is empty.
  init(folder: String) throws {
    let loop = loop
    ring = try MadeUpRing("\(folder)/host.ring", frames: 8, rawCount: 16)
    try TestFile.write(
      Array(
        """
        basic_auth_users:
          u: $2b$04$abcdefghijklmnopqrstuudMegMbPN37MbpdEfAtP66w1z0RBCtLG
        http_server_config:
          headers:
            X-Frame-Options: deny

        """.utf8), to: "\(folder)/web.yml")
    all = try Kind.allCases.map { kind in
      var options = ExporterOptions()
      options.ring = kind == .empty ? "\(folder)/none.ring" : "\(folder)/host.ring"
      // So that each deadline has passed when the loop is told the time.
      options.times.request = 0
      options.times.answer = 0
      options.times.idle = 0
      let exporter = ChannelExporter(
        options,
        settings: try WebSettings(
          path: kind == .secret ? "\(folder)/web.yml" : nil, mustAskWho: false),
        version: "0.0.0", on: loop)
      if kind == .local { exporter.keepPrivate() }
      if kind == .ending { exporter.beginClosing() }
      return exporter
    }
  }

  subscript(_ kind: Kind) -> ChannelExporter { all[kind.rawValue] }

  /// Publishes a frame, and has all exporters look.
  func publish() throws {
    try ring.stay()
    for exporter in all { exporter.look() }
  }
}
