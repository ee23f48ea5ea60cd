public import HostFacts
internal import Kernel
internal import Netlink
public import Pools
internal import SocketDiag

/// Counts failed connects in the best way that this host and this user have.
///
///     perf_event counters and samples    the whole host, exact, attributed     CAP_PERFMON, tracefs
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
    /// Whether the host's counters may be used.
    public var usesPerf = true
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
    counter != nil ? .host : group != nil ? .namespace : nil
  }
  /// Why it is not the best way, and what that would need: nil when it is.
  public private(set) var limitation: String?

  private var counter: ConnectFailureCounter?
  private var group: DestroyGroup?
  private let namespacePath: String?
  private let namespaceInode: UInt64?

  /// Opens the best way there is. Some milliseconds for the first program on the host, then less.
  public init(_ options: Options = Options()) {
    namespacePath = options.namespacePath
    namespaceInode = options.namespacePath.flatMap { NetworkNamespace.inode(at: $0) }
    counter = nil
    group = nil
    limitation = nil
    if options.usesPerf {
      do throws(ConnectFailureError) {
        counter = try Self.counter(options.counter)
        limitation = counter?.samplingError.map { "failed connects are not attributed: \($0)" }
        return
      } catch {
        limitation = "failed connects of the whole host are not counted: \(error)"
      }
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
      var result = FailureReading(.host)
      result.total = reading.total
      result.attributed = reading.attributed
      result.unattributed = reading.unattributed
      result.lost = reading.lost
      result.isAttributing = counter?.samplingError == nil
      result.possibleBind = reading.possibleBind
      result.possibleUDP = reading.possibleUDP
      result.failures = reading.failures
      return result
    }
    return hear()
  }

  private static func counter(
    _ options: ConnectFailureCounter.Options
  ) throws(ConnectFailureError) -> ConnectFailureCounter {
    let tracefs: Tracefs
    do throws(SystemCallError) { tracefs = try Tracefs() } catch { throw .tracefs(error) }
    return try ConnectFailureCounter(tracefs, options)
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
