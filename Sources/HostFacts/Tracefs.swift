public import Kernel

/// The kernel's tracepoints, as tracefs describes them.
///
/// A mounted one is used where it can be read; where none is mounted and we may (CAP_SYS_ADMIN), one that is
/// mounted nowhere. Only read from.
public struct Tracefs: ~Copyable {
  /// Its root's path.
  public let path: String
  private let own: DetachedTracefs?

  /// Where tracefs is mounted by those who mount it.
  public static let paths = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"]

  /// The first of `paths` that has events; throws what came back from the first that is there.
  public init(paths: [String] = Tracefs.paths, mayMount: Bool = true) throws(SystemCallError) {
    var refusal: SystemCallError?
    for path in paths {
      do throws(SystemCallError) {
        _ = try KernelFile.read("\(path)/events/sock/inet_sock_set_state/id", limit: 64)
        self.path = path
        own = nil
        return
      } catch {
        // Not mounted there; whatever else came back is why.
        if error.errno != .noEntry, refusal == nil { refusal = error }
      }
    }
    guard mayMount, refusal == nil, let own = try? DetachedTracefs() else {
      throw refusal
        ?? SystemCallError("find", "tracefs at \(paths.joined(separator: " or "))", .noEntry)
    }
    path = own.path
    self.own = consume own
  }

  /// Whether this process may make a trace buffer of its own.
  public var allowsInstances: Bool { File.isWritable("\(path)/instances") }

  /// What tracefs says of a tracepoint.
  public func tracepoint(_ system: String, _ name: String) throws(FactError) -> Tracepoint {
    let directory = "\(path)/events/\(system)/\(name)"
    let format: [UInt8]
    do throws(SystemCallError) {
      format = try KernelFile.readWhole("\(directory)/format", limit: 65_536)
    } catch {
      throw .unreadable(error)
    }
    guard let tracepoint = Tracepoint(format: format) else {
      throw .unexpected(path: "\(directory)/format", Array(format.prefix(64)))
    }
    return tracepoint
  }
}
