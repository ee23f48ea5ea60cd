import ArgumentParser
import Console
import Exporter
import Journal
import Kernel
import Metrics
import Settings

/// The command line of the exporter.
@main
struct UllageExporter: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ullage-exporter",
    abstract: "The rings of collectors on the network: metrics, documents, and a page.",
    usage: "ullage-exporter [<options>]",
    discussion: """
      Reads the rings that `ullage collect` writes, and answers from the last frame: a request never asks \
      the kernel. Needs no privilege. Without options it listens on 127.0.0.1:21121 alone.

        /metrics                 for Prometheus: OpenMetrics 1.0 or text 0.0.4, gzip
        /                        the page for people
        /api/v1/snapshot         the newest frame: ?namespace= &top=
        /api/v1/history          the past: ?from=10m &to=now &step= &namespace= &top=
        /api/v1/live             each frame as it comes, as server-sent events
        /api/v1/rings            the rings that there are
        /api/v1/ring             slots of one, for `ullage --host`
        /-/healthy, /-/ready     it runs; and a collector writes

      EXAMPLES
        ullage-exporter
        ullage-exporter --web.listen-address :21121 --web.config.file web.yml
        ullage-exporter --textfile /var/lib/prometheus/node-exporter/ullage.prom

      THE WEB CONFIGURATION (--web.config.file) is that of Prometheus' exporters: tls_server_config, \
      basic_auth_users, http_server_config, rate_limit. It is read again when it, or a certificate that it \
      names, changes; a bad one is told of, and the old one holds.

      SIGNALS
        SIGTERM, SIGINT   ends
        SIGHUP            reads the web configuration again, now

      EXIT STATUS
        0   it was told to end
        2   it could not do its work
        64  wrong arguments
      """,
    version: Version.current)

  @Option(
    name: .customLong("web.listen-address"),
    help: ArgumentHelp(
      "Where to listen; repeat for more. An empty host is every address.",
      valueName: "host:port"),
    transform: UllageExporter.address)
  var addresses: [ListenAddress] = []

  @Option(
    name: .customLong("web.config.file"),
    help: ArgumentHelp("Who may ask, and how it is encrypted.", valueName: "file"))
  var webConfiguration: String?

  @Flag(
    name: .customLong("web.allow-anybody"),
    help: "Answer everybody on the network, where the web configuration names nobody.")
  var allowsAnybody = false

  @Flag(
    name: .customLong("web.systemd-socket"),
    help: "Listen on the sockets of the service manager instead.")
  var usesServiceSockets = false

  @Option(
    name: .customLong("web.max-requests"),
    help: ArgumentHelp("Requests that are answered at once.", valueName: "n"))
  var maxRequests = ExporterOptions().maxRequests

  @Option(
    name: .customLong("web.max-connections"),
    help: ArgumentHelp("Connections at once.", valueName: "n"))
  var maxConnections = ExporterOptions().maxConnections

  @Option(
    help: ArgumentHelp(
      "This ring, or the rings in this directory, instead of those of running collectors.",
      valueName: "path"))
  var ring: String?

  @Option(
    name: .customLong("metrics.pools"),
    help: ArgumentHelp("Connect pools of each namespace with series of their own.", valueName: "n"))
  var pools = MetricLimits().pools

  @Option(
    name: .customLong("metrics.owners"),
    help: ArgumentHelp("Owners of each namespace with series of their own.", valueName: "n"))
  var owners = MetricLimits().owners

  @Option(
    name: .customLong("metrics.addresses"),
    help: ArgumentHelp(
      "Local addresses of each namespace with series of their own.", valueName: "n"))
  var localAddresses = MetricLimits().addresses

  @Option(
    name: .customLong("metrics.namespaces"),
    help: ArgumentHelp("Network namespaces with series of their own.", valueName: "n"))
  var namespaces = MetricLimits().namespaces

  @Option(
    help: ArgumentHelp(
      "Also write the metrics into this file, for node_exporter's textfile collector.",
      valueName: "file"))
  var textfile: String?

  @Option(
    help: ArgumentHelp("How often; each 15s by default.", valueName: "span"),
    transform: UllageExporter.span)
  var textfileInterval: TimeSpan?

  @Option(name: .customLong("log.level"), help: "How much is logged to standard error.")
  var logLevel = LogLevel.info

  func validate() throws {
    if usesServiceSockets, !addresses.isEmpty {
      throw ValidationError("--web.systemd-socket excludes --web.listen-address.")
    }
    guard (1...10_000).contains(maxRequests), (1...100_000).contains(maxConnections) else {
      throw ValidationError(
        "--web.max-requests takes 1 to 10000, --web.max-connections 1 to 100000.")
    }
    guard (0...1000).contains(pools), (0...1000).contains(owners),
      (0...1000).contains(localAddresses), (1...1000).contains(namespaces)
    else {
      throw ValidationError(
        "--metrics.pools, .owners and .addresses take 0 to 1000, --metrics.namespaces 1 to 1000.")
    }
    for (name, value) in [("--ring", ring), ("--textfile", textfile)] where value?.isEmpty == true {
      throw ValidationError("\(name) takes a path.")
    }
  }

  func run() throws {
    // First of all: threads that are started later have them blocked too.
    let signals = SignalQueue([.terminate, .interrupt, .hangup])
    SignalQueue.ignoreBrokenPipes()
    var options = ExporterOptions()
    options.addresses = addresses
    options.inheritedSockets = usesServiceSockets ? ServiceSockets.inherited() : []
    options.allowsAnybody = allowsAnybody
    options.ring = ring
    options.maxRequests = maxRequests
    options.maxConnections = maxConnections
    options.limits.pools = pools
    options.limits.owners = owners
    options.limits.addresses = localAddresses
    options.limits.namespaces = namespaces
    if usesServiceSockets, options.inheritedSockets.isEmpty {
      throw Self.failed("the service manager handed over no socket (LISTEN_FDS)")
    }
    if !usesServiceSockets, addresses.isEmpty {
      options.addresses = [ListenAddress("127.0.0.1:\(ListenAddress.usualPort)")].compactMap { $0 }
    }
    // Room for what is no connection: rings, certificates, the loop's own.
    let files = OpenFileLimit.raise(to: maxConnections + 512)
    options.maxConnections = max(1, min(maxConnections, files - 128))
    let process = ExporterProcess(
      options, webConfiguration: webConfiguration,
      textfile: textfile.map { ($0, textfileInterval?.nanoseconds ?? 15_000_000_000) },
      log: JournalLog.logger(logLevel, program: "ullage-exporter"))
    if let problem = process.run(signals) { throw Self.failed(problem) }
  }

  static func main() {
    ByteStream.reserveStandardDescriptors()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch  where exitCode(for: error).isSuccess {
      // Help and version are data: the library's own print would not notice a full disk.
      let text = fullMessage(for: error)
      do throws(SystemCallError) {
        if !text.isEmpty { try ByteStream.standardOutput.write(Array("\(text)\n".utf8)) }
      } catch let problem {
        exit(withError: failed("\(problem)"))
      }
    } catch {
      exit(withError: error)
    }
  }

  /// Says it on standard error, and gives the status to throw.
  private static func failed(_ message: String) -> ExitCode {
    // Nobody is left to tell if standard error is closed.
    try? ByteStream.standardError.write(Array("ullage-exporter: \(message)\n".utf8))
    return ExitCode(2)
  }

  private static func address(_ text: String) throws -> ListenAddress {
    guard let address = ListenAddress(text) else {
      throw ValidationError(
        "'\(text)' is no address to listen on: 127.0.0.1:21121, [::1]:21121, :21121.")
    }
    return address
  }

  private static func span(_ text: String) throws -> TimeSpan {
    guard let span = TimeSpan(text), (1_000_000_000...3_600_000_000_000).contains(span.nanoseconds)
    else { throw ValidationError("--textfile-interval takes a time from 1s to 1h.") }
    return span
  }
}
