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

  /// Reads every link of every process there is, and claims what `table` asks for.
  ///
  /// Costs about 1.7 µs a link (the kernel's readlink); allocates nothing per link.
  public mutating func readAll(into table: inout SocketInodes) throws(SystemCallError) {
    var others: [Candidate] = []
    for candidate in try candidates() {
      if candidate.isElsewhere { others.append(candidate) } else { read(candidate, into: &table) }
    }
    for candidate in others where table.unclaimedCount > 0 { read(candidate, into: &table) }
  }

  /// A process that may hold something.
  struct Candidate {
    var id: Int32
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
        // Kernel threads have none, and need not be looked at any further.
        let status = try FileStatus(of: "/proc/\(id)/fd")
        if countsDescriptors, status.byteCount == 0 { continue }
        result.append(
          Candidate(
            id: id, descriptorCount: countsDescriptors ? status.byteCount : nil,
            isElsewhere: isElsewhere(id)))
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

  private mutating func read(_ candidate: Candidate, into table: inout SocketInodes) {
    guard processes.count < Int(SocketInodes.largestNumber) else { return }
    let number = UInt32(truncatingIfNeeded: processes.count + 1)
    var hits = 0
    do throws(SystemCallError) {
      linkCount += try links.read(candidate.id) { hits += table.claim($0, for: number) }
    } catch {
      note(error)
    }
    if hits > 0 { processes.append(Self.describe(candidate)) }
  }

  /// Takes note of a process that could not be looked at; one that ended needs no note.
  mutating func note(_ error: SystemCallError) {
    guard error.errno == .permissionDenied || error.errno == .notPermitted else { return }
    refusedCount += 1
    if refusal == nil { refusal = error }
  }

  static func describe(_ candidate: Candidate) -> Process {
    var command: String?
    do throws(SystemCallError) {
      let bytes = try KernelFile.read("/proc/\(candidate.id)/comm", limit: 256)
      command = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    } catch {}
    let userID = try? FileStatus(of: "/proc/\(candidate.id)").userID
    return Process(
      id: candidate.id, userID: userID, command: command, isElsewhere: candidate.isElsewhere)
  }
}
