internal import HostFacts
internal import Pools

extension NamespaceSurvey {
  /// What concerns the namespaces together.
  func flags(_ findings: SurveyFindings) -> [SnapshotFlag] {
    var flags: [SnapshotFlag] = []
    func add(_ id: String, _ text: String) { flags.append(SnapshotFlag(id, text)) }
    let bounded = findings.uncounted.filter { $0.refusal == nil }
    let refused = findings.uncounted.count - bounded.count
    if !bounded.isEmpty {
      add(
        "namespaces_bounded",
        "\(Self.count(bounded.count)) not counted: counters bound how full any pool in them can be "
          + "(null is what only a count tells)")
    }
    let inodes = Set(bounded.map(\.inode))
    if watch.bounds.contains(where: { inodes.contains($0.entry.inode) && hidesIdleBinds($0) }) {
      let most = watch.idleBindMaximum.map { "at most \($0) on this host" } ?? "of unknown number"
      add(
        "idle_binds_not_bounded",
        "TCP sockets that are bound and idle (\(most)) are in no namespace's counters, so namespaces "
          + "that were not counted may have any of them; --netns NAME counts one")
    }
    if refused > 0 {
      add(
        "namespaces_refused",
        "\(Self.count(refused)) not looked into: entering another one needs CAP_SYS_ADMIN (run as root)"
      )
    }
    let hidden = watch.inventory.hiddenProcesses
    if hidden > 0 {
      add(
        "processes_hidden",
        "the namespaces of \(hidden) process\(hidden == 1 ? "" : "es") may not be looked at and can be "
          + "missing here: that needs CAP_SYS_PTRACE (run as root)")
    }
    if findings.gone > 0 {
      add("namespaces_gone", "\(Self.count(findings.gone)) gone while we looked")
    }
    return flags
  }

  private static func count(_ number: Int) -> String {
    number == 1 ? "1 namespace was" : "\(number) namespaces were"
  }
}
