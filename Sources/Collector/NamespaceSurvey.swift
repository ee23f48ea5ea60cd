public import HostFacts
internal import Inet
public import Kernel
internal import Netlink
public import Pools

/// Takes one snapshot of all network namespaces: counts those in which a pool can matter, the fullest
/// first, and says of the others how full their pools can be at most.
///
/// A dump walks the sockets of all namespaces that share its table, so one that need not be is not made.
/// Each is made on a thread of its own, inside, one at a time; nothing is kept that would hold a namespace.
public struct NamespaceSurvey: ~Copyable {
  /// How namespaces are counted.
  public var options: SampleOptions
  /// What is listed of each.
  public var selection: PoolSelection
  /// Adds what a collector remembers of a namespace to its document; called inside, with no other in it.
  public var recall: @Sendable (inout Snapshot, NamespaceIdentity) -> Void = { _, _ in }
  /// Limits of the host, for findings; nil: none are looked for.
  public var host: HostLimits?
  /// From this share of its ports on a namespace is counted.
  public var share: Double
  /// What the last look's findings are out of.
  public private(set) var diagnosis = Diagnosis()
  var watch: NamespaceWatch

  /// The share by default: what is below is nobody's trouble soon.
  public static let defaultShare = 0.05

  /// A survey over what `watch` finds.
  public init(
    _ options: SampleOptions = SampleOptions(), _ selection: PoolSelection = PoolSelection(),
    share: Double = Self.defaultShare, watch: consuming NamespaceWatch = NamespaceWatch(.named())
  ) {
    self.options = options
    self.selection = selection
    self.share = share
    self.watch = watch
  }

  /// Looks at all namespaces and counts what is due. Only that nothing can be seen at all is thrown.
  public mutating func take() throws(SampleError) -> Snapshot {
    let start = Clock.monotonicNanoseconds(), cpu = Clock.processCPUNanoseconds()
    let takenAt = Clock.realtimeNanoseconds()
    do throws(SystemCallError) { try watch.look(at: start) } catch { throw .system(error) }
    var result = SurveyFindings(own: watch.inventory.ownInode)
    for bound in watch.bounds.sorted(by: { precedes($0, $1) }) {
      if isDue(bound) {
        try count(bound, &result)
      } else if bound.trouble == .gone {
        result.gone += 1
      } else {
        result.uncounted.append(uncounted(bound, refusal: refusal(bound)))
      }
    }
    result.sort()
    var snapshot = Snapshot(
      host: Machine.hostName(), takenAtNanoseconds: takenAt,
      durationNanoseconds: Clock.monotonicNanoseconds() - start, kernel: Machine.kernelRelease(),
      flags: result.flags + flags(result),
      namespaces: result.namespaces, isFiltered: selection.isFiltered, cost: result.cost)
    snapshot.cost.cpuNanoseconds = Clock.processCPUNanoseconds() - cpu
    snapshot.uncounted = result.uncounted
    snapshot.failures = result.failures
    snapshot.memoryAgeNanoseconds = result.memoryAgeNanoseconds
    snapshot.findings = host == nil ? nil : result.diagnosis.findings
    diagnosis = result.diagnosis
    return snapshot
  }

  /// Whether a pool of it can matter. The caller's own namespace and the host's always do; what is not
  /// known is taken for the worst.
  private func isDue(_ bound: NamespaceBound) -> Bool {
    if bound.entry.inode == watch.inventory.ownInode { return true }
    if bound.trouble != nil { return false }
    if bound.entry.name == "host" { return true }
    return usageMaximum(of: bound).map { $0 >= share } ?? true
  }

  /// The most that a pool can be used. Sockets that are bound and idle are in no counter of a namespace:
  /// as many as the host may have are added to each, unless they alone would make every namespace due;
  /// then a flag says that they are not in it.
  private func usageMaximum(of bound: NamespaceBound) -> Double? {
    bound.usageMaximum(idleBinds: hidesIdleBinds(bound) ? 0 : watch.idleBindMaximum ?? 0)
  }

  func hidesIdleBinds(_ bound: NamespaceBound) -> Bool {
    guard let idle = watch.idleBindMaximum, let capacity = bound.space?.capacity else {
      return true
    }
    return Double(idle) >= share * Double(capacity)
  }

  private func precedes(_ left: NamespaceBound, _ right: NamespaceBound) -> Bool {
    let leftUsage = usageMaximum(of: left) ?? 2, rightUsage = usageMaximum(of: right) ?? 2
    return leftUsage != rightUsage ? leftUsage > rightUsage : left.entry.name < right.entry.name
  }

  private func count(_ bound: NamespaceBound, _ result: inout SurveyFindings) throws(SampleError) {
    let isOwn = bound.entry.inode == result.own
    do throws(SampleError) {
      var identity = NamespaceIdentity(name: bound.entry.name, inode: bound.entry.inode)
      identity.isAssumed = isOwn && watch.inventory.assumesHost
      guard let document = try document(of: identity, bound.entry, isOwn: isOwn) else {
        result.gone += 1
        return
      }
      result.take(document.snapshot, document.diagnosis)
    } catch {
      // Of our own nothing else tells what is wrong.
      if isOwn { throw error }
      result.uncounted.append(uncounted(bound, refusal: "\(error)"))
    }
  }

  /// One namespace's document, counted on a thread inside it; nil when it has gone.
  private func document(
    of identity: NamespaceIdentity, _ entry: NamespaceEntry, isOwn: Bool
  ) throws(SampleError) -> CountedNamespace? {
    let options = self.options, selection = self.selection
    let recall = self.recall
    // What is the host's is told once: with our own namespace.
    let host = self.host.map { isOwn ? $0 : HostLimits() }
    let counted: Result<CountedNamespace, SampleError>
    do throws(SystemCallError) {
      var namespace: NetworkNamespace?
      if !isOwn {
        guard let open = try entry.open() else { return nil }
        namespace = open
      }
      counted = try DedicatedThread(in: namespace) {
        do throws(SampleError) {
          var sampler = try Sampler(options)
          try sampler.sample()
          var document = sampler.document(of: identity, selection)
          sampler.addReleases(to: &document)
          recall(&document, identity)
          return .success(
            CountedNamespace(
              snapshot: document,
              diagnosis: host.map { sampler.diagnosis(of: document, $0, selection.thresholds) }))
        } catch {
          return .failure(error)
        }
      }.join()
    } catch {
      throw .system(error)
    }
    return try counted.get()
  }

  private func uncounted(_ bound: NamespaceBound, refusal: String?) -> UncountedNamespace {
    var namespace = UncountedNamespace(name: bound.entry.name, inode: bound.entry.inode)
    namespace.cookie = bound.space?.cookie
    namespace.range = bound.space?.range
    namespace.capacity = bound.space?.capacity
    namespace.tcpSockets = bound.tcpSockets
    namespace.timeWait = bound.reading?.timeWait
    namespace.udpSockets = bound.reading?.udpInUse
    namespace.usageMaximum = usageMaximum(of: bound)
    namespace.ownsTable = bound.space?.ownsTable
    namespace.refusal = refusal
    return namespace
  }

  private func refusal(_ bound: NamespaceBound) -> String? {
    guard case .refused(let text) = bound.trouble else { return nil }
    return text
  }
}
