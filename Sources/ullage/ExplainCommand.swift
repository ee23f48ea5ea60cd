import ArgumentParser
import Collector
import Console
import HostFacts
import Inet
import Kernel
import Netlink
import Pools
import Rendering

/// `ullage explain`: why, and what to do.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Why ports run out, or what else it is, and what to do about it.",
    usage: "ullage explain [<options>]",
    discussion: """
      Takes a snapshot now and says what it finds: which pool, why it fills, what it is not, and \
      what to do, the safest first, with the exact command, what it is worth on this host, and its \
      risk. Nothing is changed. Where ports are fine it says which other limit is near: conntrack, \
      tcp_mem, descriptors, orphans, the neighbour tables.

      Filters choose which pools are looked at; what concerns the whole range is said always. \
      Limits of the host are files of its first network namespace: elsewhere they are not known.

      EXAMPLES
        ullage explain                           this host
        ullage explain --destination 10.1.2.3    the pools to one backend
        ullage explain --netns web               another namespace (as root)
        ullage explain --netns all               every namespace (as root)
        ullage explain --exact                   who binds before connecting, too
        ullage explain --processes               with who holds each pool
        ullage explain --json | jq .findings     for programs
        ullage explain --fail-at warning         for scripts: status 1 from then on

      EXIT STATUS
        0   it could look, whatever it found
        1   --fail-at LEVEL was reached
        2   it could not look
        64  wrong arguments
      """)

  @OptionGroup(title: "Filters") var filters: FilterOptions
  @OptionGroup(title: "Namespace") var namespace: NamespacesOption
  @OptionGroup(title: "Processes") var processes: ProcessOptions
  @OptionGroup(title: "Verdict") var verdict: VerdictOptions
  @OptionGroup(title: "Collector") var memory: CollectorMemoryOption
  @OptionGroup(title: "Output") var output: OutputOptions

  @Flag(help: "The document ullage.explain/1 as JSON on one line.")
  var json = false

  @Flag(
    help: """
      Probe each port of the range, without packets, to find those of programs that bind before \
      they connect: 40 ms, needs CAP_NET_ADMIN and Linux 6.3.
      """)
  var exact = false

  func validate() throws {
    if namespace.isAll, processes.search != nil { throw ProcessOptions.oneNamespaceOnly }
  }

  func run() throws {
    let command = self
    // Before another namespace is entered, where these files are not seen.
    let host = HostLimits.read()
    if namespace.isAll { return try surveyAndExplain(host).end() }
    try namespace.one.run { identity in command.explain(identity, host) }
  }

  private func explain(
    _ identity: NamespaceIdentity, _ host: HostLimits
  ) -> Result<Outcome, Failure> {
    do throws(SampleError) {
      var sampler = try Sampler(
        SampleOptions(probesBlocked: exact, countsOwners: true, processes: processes.search))
      try sampler.sample()
      var snapshot = sampler.document(of: identity, selection)
      SnapshotMemory.recall(&snapshot, of: identity, selection.thresholds, ring: memory.ring)
      let diagnosis = sampler.diagnosis(of: snapshot, host, selection.thresholds)
      return show(snapshot, diagnosis)
    } catch {
      return .failure(Failure(error))
    }
  }

  private func surveyAndExplain(_ host: HostLimits) -> Result<Outcome, Failure> {
    var survey = NamespaceSurvey(
      SampleOptions(probesBlocked: exact, countsOwners: true), selection)
    let ring = memory.ring, thresholds = selection.thresholds
    survey.host = host
    survey.recall = { SnapshotMemory.recall(&$0, of: $1, thresholds, ring: ring) }
    do throws(SampleError) {
      let snapshot = try survey.take()
      return show(snapshot, survey.diagnosis)
    } catch {
      return .failure(Failure(error))
    }
  }

  private func show(_ snapshot: Snapshot, _ diagnosis: Diagnosis) -> Result<Outcome, Failure> {
    let names = output.names
    let bytes =
      json
      ? ExplainDocument.json(snapshot, diagnosis, names: names)
      : ExplainPage.text(snapshot, diagnosis, style: output.style, names: names)
    do throws(SystemCallError) {
      try ByteStream.standardOutput.write(bytes)
    } catch {
      return .failure(Failure(writing: error))
    }
    return .success(verdict.outcome(of: snapshot.verdict.level))
  }

  private var selection: PoolSelection {
    var selection = filters.selection(verdict.thresholds)
    selection.top = 100
    return selection
  }
}
