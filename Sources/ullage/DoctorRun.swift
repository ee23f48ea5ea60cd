import Collector
import Kernel
import Rendering

/// The check-up: every fact, the most important first.
enum DoctorRun {
  /// Checks that need more than a look: whoever can try, tries; by default they are concluded.
  struct Tools: Sendable {
    /// Whether failed connects can be counted.
    var failedConnects: @Sendable (DoctorContext) -> DoctorReport.Fact = DoctorFailures
      .failedConnects
    /// Whether the packet-free probe works.
    var probe: @Sendable (DoctorContext) -> DoctorReport.Fact = DoctorProbe.probe
    /// Whether ports can be probed one by one for who blocks them.
    var blockedPorts: @Sendable (DoctorContext) -> DoctorReport.Fact = DoctorProbe.blockedPorts
  }

  /// The report on the calling thread's namespace. A pass over /proc and a dump of the listeners.
  static func report(
    _ namespace: NamespaceIdentity, tools: Tools = Tools()
  ) -> DoctorReport {
    let context = DoctorContext.current(namespace)
    let sockets = DoctorSockets(context)
    let processes = DoctorProcesses(context)
    let facts = [
      sockets.tcp, DoctorNamespaceFacts.portRange(), sockets.udp, DoctorNamespaceFacts.counters(),
      sockets.bothFamilies, sockets.filters, sockets.idleBinds, sockets.timeWait,
      DoctorClock.tick(), DoctorClock.phase(context), tools.failedConnects(context),
      DoctorFailures.destroyed(context), tools.probe(context), tools.blockedPorts(context),
      sockets.cgroups, processes.owners, processes.namespaces, sockets.cookie,
      DoctorCollector.memory(context), DoctorCollector.directory(context),
      DoctorNamespaceFacts.conntrack(), DoctorNamespaceFacts.parallelWalks(context),
      DoctorNamespaceFacts.ownTable(context), DoctorProbe.marks(context),
    ]
    return DoctorReport(
      host: Machine.hostName(), namespace: namespace.name, kernel: Machine.kernelRelease(),
      userID: context.userID, capabilities: context.held,
      isHostUserNamespace: context.isHostUserNamespace, facts: facts)
  }
}
