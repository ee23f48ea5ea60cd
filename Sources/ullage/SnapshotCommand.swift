import ArgumentParser
import Collector
import Console
import HostFacts
import Inet
import Kernel
import Pools
import Rendering

/// `ullage`: the snapshot.
struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "The state of the port pools now: verdict, addresses, tightest pools.",
    discussion: """
      Filters choose which pools and addresses are listed; counts of the namespace are always those \
      of the whole table. LEFT is an upper bound (≤): ports of programs that bind before they \
      connect are blocked for everybody and cannot be told from others in a dump; --exact finds \
      them.

      EXAMPLES
        ullage                                  this host
        ullage -4 --dport 443 --sort time-wait  IPv4 pools to port 443
        ullage --exact                          what is left, to the port
        ullage --processes                      which processes hold the pools, too
        ullage --json | jq .verdict             for programs
        ullage --fail-at warning --top 1        for scripts: status 1 from warning on
        ullage --netns all                      every network namespace (as root)
      """)

  @OptionGroup(title: "Filters") var filters: FilterOptions
  @OptionGroup(title: "Namespace") var namespace: NamespacesOption
  @OptionGroup(title: "Processes") var processes: ProcessOptions
  @OptionGroup(title: "Verdict") var verdict: VerdictOptions
  @OptionGroup(title: "Collector") var memory: CollectorMemoryOption
  @OptionGroup(title: "Output") var output: OutputOptions

  @Flag(help: "The document ullage.snapshot/1 as JSON on one line.")
  var json = false

  @Flag(
    help: """
      Probe each port of the range, without packets, so that no blocked one is missed: 40 ms, \
      needs CAP_NET_ADMIN and Linux 6.3.
      """)
  var exact = false

  @Flag(help: "Do not count who holds the pools, by cgroup and user.")
  var withoutOwners = false

  @Option(help: "Order of pools.")
  var sort = PoolSelection.SortKey.usage

  @Option(help: ArgumentHelp("At most this many connect pools.", valueName: "n"))
  var top: Int?

  @Option(
    help: ArgumentHelp("Again every so many seconds, until interrupted.", valueName: "seconds"))
  var watch: Double?

  @Option(
    help: ArgumentHelp("Remember at most this many connect pools at once.", valueName: "n"))
  var maxPools = SampleOptions().maxPools

  @Option(
    help: ArgumentHelp("Remember at most this many local addresses at once.", valueName: "n"))
  var maxAddresses = SampleOptions().maxAddresses

  func validate() throws {
    if let top, !(0...1_000_000).contains(top) {
      throw ValidationError("--top takes a number from 0 to 1000000, not \(top).")
    }
    if let watch, !(watch >= 0.01 && watch <= 86_400) {
      throw ValidationError("--watch takes seconds from 0.01 to 86400.")
    }
    if namespace.isAll, processes.search != nil { throw ProcessOptions.oneNamespaceOnly }
    if withoutOwners, processes.search != nil {
      throw ValidationError("--without-owners excludes --processes and --sampled.")
    }
    if watch != nil, verdict.failAt != nil {
      throw ValidationError("--watch never ends, so there is no status for --fail-at.")
    }
    guard (8...4_000_000).contains(maxPools), (8...65_536).contains(maxAddresses) else {
      throw ValidationError("--max-pools takes 8 to 4000000, --max-addresses 8 to 65536.")
    }
    let never: StateSet = [StateSet(.listen), StateSet(.boundInactive), StateSet(.close)]
    if let states = filters.states, states.isSubset(of: never) {
      throw ValidationError(
        "No connect pool has ports in that state; `ullage sockets --state` lists such sockets.")
    }
  }

  func run() throws {
    let command = self
    // Before another namespace is entered, where these files are not seen.
    let host = HostLimits.read()
    if namespace.isAll { return try surveyAndShow(host).end() }
    try namespace.one.run { identity in command.sampleAndShow(identity, host) }
  }

  private func sampleAndShow(
    _ identity: NamespaceIdentity, _ host: HostLimits
  ) -> Result<Outcome, Failure> {
    do throws(SampleError) {
      var sampler = try Sampler(
        SampleOptions(
          maxPools: maxPools, maxAddresses: maxAddresses, probesBlocked: exact,
          countsOwners: !withoutOwners,
          // Whose TIME_WAIT it is, a second look knows.
          rememberedSockets: watch == nil || withoutOwners ? 0 : 1_000_000,
          processes: processes.search))
      return try show { () throws(SampleError) in
        try sampler.sample()
        var snapshot = sampler.document(of: identity, selection)
        sampler.addReleases(to: &snapshot)
        SnapshotMemory.recall(&snapshot, of: identity, selection.thresholds, ring: memory.ring)
        snapshot.findings =
          sampler.diagnosis(of: snapshot, host, selection.thresholds).findings
        return snapshot
      }
    } catch {
      return .failure(Failure(error))
    }
  }

  /// Shows what `take` takes, again and again if that was asked for.
  func show(
    _ take: () throws(SampleError) -> Snapshot
  ) throws(SampleError) -> Result<Outcome, Failure> {
    var deadline = Clock.monotonicNanoseconds()
    // One for all frames, so that a redacted address keeps its name.
    var names = output.names
    while true {
      let snapshot = try take()
      do throws(SystemCallError) {
        try ByteStream.standardOutput.write(rendered(snapshot, &names))
      } catch {
        return .failure(Failure(writing: error))
      }
      guard let watch else {
        return .success(verdict.outcome(of: snapshot.verdict.level))
      }
      // A tick that came too late is skipped, not made up for.
      let interval = UInt64(watch * 1_000_000_000)
      let now = Clock.monotonicNanoseconds()
      deadline += interval
      if deadline < now { deadline += (now - deadline) / interval * interval + interval }
      Clock.sleep(untilMonotonicNanoseconds: deadline)
    }
  }

  var selection: PoolSelection {
    var selection = filters.selection(verdict.thresholds)
    selection.sort = sort
    selection.top = top ?? 20
    return selection
  }

  private func rendered(_ snapshot: Snapshot, _ names: inout Names) -> [UInt8] {
    if json { return SnapshotDocument.json(snapshot, names: &names) }
    // When all is well the page is short, unless a length was asked for.
    let mostPools = top == nil && snapshot.verdict.level == .ok ? 5 : Int.max
    let page = SnapshotPage.text(
      snapshot, style: output.style, names: &names, mostPools: mostPools)
    guard watch != nil else { return page }
    guard let terminal = Terminal.size(of: ByteStream.standardOutput.descriptor) else {
      return page + [UInt8(ascii: "\n")]
    }
    return Self.repainted(page, rows: terminal.rows)
  }

  /// The page drawn over the last one: home, each line erased to its end, the rest below erased.
  ///
  /// A page longer than the screen would scroll and leave its verdict behind: its end is left out.
  private static func repainted(_ page: [UInt8], rows: Int) -> [UInt8] {
    var lines = page.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .dropLast()
    if rows > 4, lines.count >= rows {
      let left = lines.count - (rows - 2)
      lines =
        lines.prefix(rows - 2) + [
          Array("… \(left) more lines: a taller screen, or --top N".utf8)[...]
        ]
    }
    var bytes = Array("\u{1b}[H".utf8)
    for line in lines { bytes += line + Array("\u{1b}[K\n".utf8) }
    return bytes + Array("\u{1b}[J".utf8)
  }
}
