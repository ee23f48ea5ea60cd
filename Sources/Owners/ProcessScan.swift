public import Kernel

/// Finds which processes hold the sockets asked for: by a pass over all their descriptors, or over some.
///
/// Only processes of one network namespace are looked at first; what is then still unclaimed may have been
/// handed (SCM_RIGHTS) to a process of another one, so those follow. The lowest process id wins, which of
/// a family of forked ones is the parent as a rule; sockets that several hold are counted as shared.
/// Never found: sockets in a message on its way between two processes, in an io_uring's table of files, in
/// a thread's own table of descriptors, and those of processes that this process may not look into.
public struct ProcessScan: ~Copyable {
  /// A process that holds sockets asked for.
  public struct Process: Hashable, Sendable {
    /// Its number in our namespace of processes.
    public var id: Int32
    /// The user whom it runs as.
    public var userID: UInt32?
    /// What it calls itself (/proc/PID/comm); nil when it ended meanwhile.
    public var command: String?
    /// Whether it lives in another network namespace than its sockets.
    public var isElsewhere: Bool

    /// The process given.
    public init(id: Int32, userID: UInt32?, command: String?, isElsewhere: Bool = false) {
      self.id = id
      self.userID = userID
      self.command = command
      self.isElsewhere = isElsewhere
    }
  }

  /// Processes that hold something asked for; the number of the first is 1.
  public internal(set) var processes: [Process] = []
  /// Processes with descriptors that could not be looked at.
  public internal(set) var refusedCount = 0
  /// Why the first of them could not.
  public internal(set) var refusal: SystemCallError?
  /// Links that were read.
  public internal(set) var linkCount = 0

  let namespace: UInt64?
  var links = SocketLinks()

  /// A scan for sockets of the network namespace with this inode; nil: of any.
  public init(namespace: UInt64?) { self.namespace = namespace }

  /// A process that may hold something.
  struct Candidate: Sendable {
    var id: Int32
    /// The thread that is asked for its descriptors: its first one, unless that has ended before the others.
    var thread: Int32
    /// The number of its descriptors; nil before Linux 6.2.
    var descriptorCount: Int?
    var isElsewhere: Bool
  }

  /// All processes with descriptors, lowest number first.
  func candidates() throws(SystemCallError) -> [Candidate] {
    let countsDescriptors = KernelVersion.running() >= KernelVersion(6, 2)
    let ids = try Directory.names(in: "/proc").compactMap { Int32($0) }.sorted()
    var result: [Candidate] = []
    for id in ids {
      do throws(SystemCallError) {
        let status = try FileStatus(of: "/proc/\(id)/fd")
        var thread = id, count = countsDescriptors ? status.byteCount : nil
        if count ?? 0 == 0, let living = try Self.livingThread(of: id) {
          (thread, count) = (living.id, living.descriptorCount)
        }
        // Kernel threads have none, and need not be looked at any further.
        if count == 0 { continue }
        result.append(
          Candidate(
            id: id, thread: thread, descriptorCount: count, isElsewhere: isElsewhere(thread)))
      } catch {
        // It ended, or is hidden (hidepid) and then never was in the list.
        continue
      }
    }
    return result
  }

  /// Whether a process lives in another namespace; one whose namespace is closed to us is looked at.
  private func isElsewhere(_ id: Int32) -> Bool {
    guard let namespace, let own = NetworkNamespace.inode(at: "/proc/\(id)/ns/net") else {
      return false
    }
    return own != namespace
  }

  /// Takes note of a process that could not be looked at; one that ended needs no note.
  mutating func note(_ error: SystemCallError) {
    guard error.errno == .permissionDenied || error.errno == .notPermitted else { return }
    refusedCount += 1
    if refusal == nil { refusal = error }
  }

  /// "3 processes could not be looked at (…): descriptors of others need …".
  public static func refusalText(_ count: Int, _ error: SystemCallError) -> String {
    let processes = count == 1 ? "1 process" : "\(count) processes"
    return "\(processes) could not be looked at (\(error)): descriptors of others need "
      + "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, as root has them"
  }

  static func describe(_ candidate: Candidate) -> Process {
    Process(id: candidate.id, userID: nil, command: nil, isElsewhere: candidate.isElsewhere)
      .described()
  }
}

extension ProcessScan.Process {
  /// With its user and what it calls itself now; nil where it ended meanwhile. Four system calls.
  public func described() -> Self {
    var process = self
    do throws(SystemCallError) {
      let bytes = try KernelFile.read("/proc/\(id)/comm", limit: 256)
      process.command = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      process.userID = try FileStatus(of: "/proc/\(id)").userID
    } catch {}
    return process
  }

  /// The name that people know it by: "nginx (812)".
  public var name: String { "\(command ?? "?") (\(id))" }
}
