public import ArgumentParser
import Console
public import Fleet
import Kernel
import Pools
import Prometheus
import Rendering
import WebClient

/// `ullage fleet`: many hosts through their monitoring server.
struct FleetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet",
    abstract: "Which of many hosts run out of ports, and what they have in common.",
    usage: "ullage fleet --prometheus <url> [<options>]",
    discussion: """
      Asks a server that speaks Prometheus' query API (Prometheus, Thanos, Mimir, VictoriaMetrics) \
      for what ullage-exporter told it, ranks the hosts, and names the destinations towards which \
      several of them are tight. Eleven queries, each with one series a host at most.

      A connect that failed within --window makes a host critical: the server does not know which \
      pool it was. Hosts that answered within the hour and do not now are silent; those whose \
      collector does not write are stale; of both nothing is known.

      EXAMPLES
        ullage fleet --prometheus http://prometheus:9090
        ullage fleet --prometheus https://mimir.example/prometheus --credentials ~/.mimir
        ullage fleet --prometheus … --match env=prod --match role=proxy --sort time
        ullage fleet --prometheus … --json | jq .causes
        ullage fleet --prometheus … --fail-at critical   for scripts

      EXIT STATUS
        0   every host has room, as far as it may be unknown
        1   a host is at --fail-at or worse (warning, unless said)
        2   the server gave no answer, knows no host, or nothing of more
            than --allow-unknown of them
        64  wrong arguments

      ENVIRONMENT
        ULLAGE_PROMETHEUS               the server, where --prometheus is not given
        ULLAGE_CREDENTIALS, ULLAGE_CA   files, where --credentials and --ca name none
      """,
    version: Version.current)

  @OptionGroup(title: "Server") var server: ServerOptions
  @OptionGroup(title: "Verdict") var verdict: VerdictOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  @Option(
    help: ArgumentHelp("Only hosts with this label; may be repeated.", valueName: "label=value"),
    transform: ServerOptions.matcher)
  var match: [LabelMatcher] = []

  @Option(
    help: ArgumentHelp("The label that tells hosts apart.", valueName: "label"),
    transform: ServerOptions.label)
  var hostLabel = "instance"

  @Option(help: "Order of hosts.")
  var sort = FleetSurvey.Order.verdict

  @Option(help: ArgumentHelp("At most this many hosts.", valueName: "n"))
  var top = 20

  @Option(
    help: ArgumentHelp(
      "Of so many hosts nothing may be known before that is status 2.", valueName: "n"))
  var allowUnknown = 0

  @Option(
    help: ArgumentHelp("Count connects that failed in so many seconds.", valueName: "seconds"))
  var window = 300

  @Flag(help: "The document ullage.fleet/1 as JSON on one line.")
  var json = false

  func validate() throws {
    guard (0...100_000).contains(top) else {
      throw ValidationError("--top takes a number from 0 to 100000, not \(top).")
    }
    guard allowUnknown >= 0 else {
      throw ValidationError("--allow-unknown takes a number of hosts.")
    }
    guard (10...86_400).contains(window) else {
      throw ValidationError("--window takes seconds from 10 to 86400.")
    }
  }

  func run() throws {
    let command = self
    try AsynchronousWork.result { await command.answer() }.end()
  }

  private func answer() async -> Result<Outcome, Failure> {
    do throws(ServerError) {
      let server = try server.open()
      let found: Result<(FleetSurvey, [String]), ServerError>
      do throws(ServerError) {
        found = .success(try await survey(server))
      } catch {
        found = .failure(error)
      }
      await server.end()
      let (survey, remarks) = try found.get()
      return show(survey, server, remarks)
    } catch {
      return .failure(Failure(error.description))
    }
  }

  private var query: FleetQuery {
    FleetQuery(
      hostLabel: hostLabel, matchers: match, failureSeconds: window,
      tightUsage: verdict.warning)
  }

  private func survey(
    _ server: PrometheusServer
  ) async throws(ServerError) -> (FleetSurvey, [String]) {
    var answers: [FleetQuery.Subject: [MetricSample]] = [:]
    var remarks: [String] = []
    for subject in FleetQuery.Subject.allCases {
      let reply = try await server.query(query.promQL(subject))
      answers[subject] = reply.samples
      for remark in reply.remarks where !remarks.contains(remark) { remarks.append(remark) }
    }
    var survey = FleetSurvey(
      answers, query: query, thresholds: verdict.thresholds, order: sort)
    survey.unknownAllowance = allowUnknown
    // Series without the label: there are hosts, and none has a name.
    if survey.hosts.isEmpty, answers[.known]?.isEmpty == false {
      throw .refused(
        server.address.text, kind: "label", text: "no host has \(hostLabel); see --host-label")
    }
    // A question of bounded length, whatever is shown.
    let shown = survey.hosts.prefix(min(top, 200)).filter { $0.presence == .fresh }
    if !shown.isEmpty {
      survey.name(pools: try await server.query(query.tightestPool(of: shown.map(\.name))).samples)
    }
    return (survey, remarks)
  }

  private func show(
    _ survey: FleetSurvey, _ server: PrometheusServer, _ remarks: [String]
  ) -> Result<Outcome, Failure> {
    let name = server.address.text
    guard !survey.hosts.isEmpty else {
      let which = match.isEmpty ? "" : " with these labels"
      return .failure(Failure("\(name) has no metrics of ullage-exporter\(which)"))
    }
    let now = Clock.realtimeNanoseconds(), names = output.names
    let bytes =
      json
      ? FleetDocument.json(
        survey, server: name, atNanoseconds: now, notes: remarks, mostHosts: top, names: names)
      : FleetPage.text(
        survey, server: name, atNanoseconds: now, notes: remarks, mostHosts: top,
        style: output.style, names: names)
    do throws(SystemCallError) {
      try ByteStream.standardOutput.write(bytes)
    } catch {
      return .failure(Failure(writing: error))
    }
    if let level = survey.level, level >= verdict.failAt ?? .warning { return .success(.no) }
    let unknown = survey.unknownCount
    guard unknown <= allowUnknown else {
      return .failure(
        Failure(
          "of \(unknown) of \(survey.hosts.count) hosts nothing is known now; "
            + "--allow-unknown \(unknown) takes that"))
    }
    return .success(.done)
  }
}

extension FleetSurvey.Order: ExpressibleByArgument {}
