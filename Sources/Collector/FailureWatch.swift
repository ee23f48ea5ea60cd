public import HostFacts
internal import Kernel
internal import Netlink
public import Pools
internal import SocketDiag

/// Counts failed connects in the best way that this host and this user have.
///
///     perf_event counters and samples    the whole host, exact, attributed     CAP_PERFMON, tracefs
///     a trace instance of our own        the same, cgroups not told            a tracefs to write to
///     sock_diag's destroy group          the calling thread's namespace, when
///                                        sockets are closed, not attributed    nothing
///     none                               `limitation` says why
///
/// Belongs to the thread that made it: "own" is the namespace that it was in.
public struct FailureWatch: ~Copyable {
  /// How to count.
  public struct Options: Hashable, Sendable {
    /// What is counted on the whole host.
    public var counter = ConnectFailureCounter.Options()
    /// Whether perf events may be used.
    public var usesPerf = true
    /// Whether a trace instance may be used.
    public var usesTraceInstance = true
    /// Whether the destroy group may be used.
    public var usesDestroyGroup = true
    /// Where the namespace has its name ("/run/netns/web"): once it is removed the destroy group, which
    /// would keep the namespace alive, is left. For those that are collected besides the host's; nil where
    /// a program was started in the namespace or told to stay there, which itself keeps it.
    public var namespacePath: String?

    /// The best way, for a namespace that is there as long as the program.
    public init() {}
  }

  /// What is counted; nil when nothing is.
  public var coverage: ConnectFailures.Coverage? {
    counter != nil || trace != nil ? .host : group != nil ? .namespace : nil
  }
  /// Why it is not the best way, and what that would need: nil when it is.
  public private(set) var limitation: String?

  private var counter: ConnectFailureCounter?
  private var trace: ConnectFailureTrace?
  private var group: DestroyGroup?
  private let namespacePath: String?
  private let namespaceInode: UInt64?

  /// Opens the best way there is. Some milliseconds for the first program on the host, then less.
  public init(_ options: Options = Options()) {
    namespacePath = options.namespacePath
    namespaceInode = options.namespacePath.flatMap { NetworkNamespace.inode(at: $0) }
    counter = nil
    trace = nil
    group = nil
    limitation = nil
    do throws(ConnectFailureError) {
      if try watchHost(options) { return }
    } catch {
      limitation = "failed connects of the whole host are not counted: \(error)"
    }
    guard options.usesDestroyGroup else { return }
    do throws(NetlinkError) {
      group = try DestroyGroup()
    } catch {
      limitation = [limitation, "those of this namespace neither: \(error)"].compactMap(\.self)
        .joined(separator: "; ")
    }
  }

  /// What failed since the last time; nil when nothing counts, or no longer.
  public mutating func read() -> FailureReading? {
    if let reading = counter?.read() {
      return FailureReading(reading, isAttributing: counter?.samplingError == nil)
    }
    if let reading = trace?.read() {
      return FailureReading(reading, isAttributing: trace?.isAttributing ?? false)
    }
    return hear()
  }

  /// Counts on the whole host, in the better way that is allowed; whether it may.
  private mutating func watchHost(_ options: Options) throws(ConnectFailureError) -> Bool {
    guard options.usesPerf || options.usesTraceInstance else { return false }
    let tracefs: Tracefs
    do throws(SystemCallError) { tracefs = try Tracefs() } catch { throw .tracefs(error) }
    var refusal: ConnectFailureError?
    if options.usesPerf {
      do throws(ConnectFailureError) {
        counter = try ConnectFailureCounter(tracefs, options.counter)
        limitation = counter?.samplingError.map { "failed connects are not attributed: \($0)" }
        return true
      } catch {
        refusal = error
      }
    }
    guard options.usesTraceInstance else {
      if let refusal { throw refusal }
      return false
    }
    do throws(ConnectFailureError) {
      trace = try ConnectFailureTrace(tracefs, condition: options.counter.condition)
    } catch {
      // What the better way needs is what is worth to be told.
      throw refusal ?? error
    }
    limitation =
      "failed connects are counted by a trace instance, without cgroups"
      + (trace?.isAttributing == true ? "" : " and processes")
      + (refusal.map { ": \($0)" } ?? "")
    return true
  }

  private mutating func hear() -> FailureReading? {
    if let namespacePath, NetworkNamespace.inode(at: namespacePath) != namespaceInode {
      if group != nil { limitation = "the namespace \(namespacePath) was removed" }
      group = nil
    }
    let heard: DestroyGroup.Heard?
    do throws(NetlinkError) {
      heard = try group?.hear()
    } catch {
      limitation = "failed connects are no longer counted: \(error)"
      group = nil
      heard = nil
    }
    guard let heard else { return nil }
    var result = FailureReading(.namespace)
    result.total = UInt64(heard.failures)
    result.unattributed = result.total
    result.isLowerBound = heard.hasLost
    result.isAttributing = false
    return result
  }
}
