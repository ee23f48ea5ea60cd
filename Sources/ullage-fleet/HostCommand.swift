import ArgumentParser
import Console
import Kernel
import Remote
import WebClient

/// `ullage --host`: another host as its exporter shows it, in the views that this host's ring has.
struct HostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ullage --host",
    abstract: "Another host, as its exporter shows it.",
    usage: "ullage --host <url> [<options>] [<view> [<options of the view>]]",
    discussion: """
      Follows a ring of the host through its ullage-exporter, keeps it in memory, and runs the view over it: \
      the same program, the same options. Needs no privilege, and asks nothing of that host but what its \
      collector has found.

      VIEWS
        snapshot                            the newest state, once; the default
        live, history, log, alarms, check   as on the host itself
        export, report                      of what its ring still has

      EXAMPLES
        ullage --host https://web1:21121 --credentials ~/.ullage
        ullage --host https://web1:21121 --credentials ~/.ullage live
        ullage --host https://web1:21121 --ca ca.pem history --since 2h
        ullage --host http://127.0.0.1:21121 --netns web snapshot --json

      EXIT STATUS
        that of the view; 2 where the host gives no answer, 64 for wrong arguments

      ENVIRONMENT
        ULLAGE_CREDENTIALS, ULLAGE_CA   files, where --credentials and --ca name none
      """,
    version: Version.current)

  @Option(
    help: ArgumentHelp("Where its exporter is: http[s]://HOST[:PORT].", valueName: "url"))
  var host: String

  @Option(
    help: ArgumentHelp("Another of its network namespaces that are collected.", valueName: "name"))
  var netns: String?

  @OptionGroup(title: "Server") var client: ClientOptions

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("The view, and its options.", valueName: "view"))
  var view: [String] = []

  func validate() throws {
    // Before a view was named they ask for ours.
    if ["--help", "-h"].contains(view.first) { throw CleanExit.helpRequest(self) }
    _ = try HostView(view)
    try ClientOptions.check(host)
    if netns?.isEmpty == true { throw ValidationError("--netns takes the name of a namespace.") }
  }

  func run() throws {
    // First of all: threads are to have these signals blocked.
    let signals = HostView.signals()
    let view = try HostView(view)
    let status: Int32
    do throws(RemoteError) {
      status = try show(view, signals)
    } catch {
      throw Failure(error.description).report()
    }
    if status != 0 { throw ExitCode(status) }
  }

  private func show(_ view: HostView, _ signals: SignalQueue) throws(RemoteError) -> Int32 {
    let client: ServerClient
    do throws(ServerError) {
      client = try self.client.client(of: host)
    } catch {
      throw .server(error)
    }
    defer { AsynchronousWork.run(forMilliseconds: 1000) { await client.end() } }
    let ring = RemoteRing(client, namespace: netns ?? view.namespace)
    let extent: RemoteMirror.Extent = view.isOfNow ? .recent : .everything
    var ended: Int32 = 0
    let made = AsynchronousWork.result(
      of: { () async -> Result<RemoteMirror, RemoteError> in
        do throws(RemoteError) {
          return .success(try await RemoteMirror(of: ring, extent))
        } catch {
          return .failure(error)
        }
      }, unless: signals, heard: { ended = 128 + $0.number })
    // As a shell says of what a signal has ended.
    guard let made else { return ended }
    let mirror = try made.get()
    warn(ofClock: mirror.clockAheadNanoseconds)
    let following = Task.detached { await Self.follow(mirror) }
    defer {
      following.cancel()
      AsynchronousWork.run(forMilliseconds: 1000) { await following.value }
    }
    do throws(SystemCallError) {
      return try view.run(over: mirror.path, signals)
    } catch {
      throw .view(error)
    }
  }

  /// Goes on as long as nobody has enough. What cannot be fetched is missed by whoever reads: the heartbeat of
  /// the mirror stands still.
  private static func follow(_ mirror: RemoteMirror) async {
    var pause = await mirror.pauseNanoseconds
    while !Task.isCancelled {
      try? await Task.sleep(nanoseconds: pause)
      do {
        try await mirror.follow()
        pause = await mirror.pauseNanoseconds
      } catch {
        pause = min(2 * pause, 5_000_000_000)
      }
    }
  }

  private func warn(ofClock ahead: Int64) {
    guard ahead.magnitude > 5_000_000_000 else { return }
    let seconds = ahead.magnitude / 1_000_000_000
    Failure.warn(
      "the clock there is \(seconds) s \(ahead > 0 ? "ahead of" : "behind") ours; ages are by ours, times of "
        + "samples by its own")
  }
}
