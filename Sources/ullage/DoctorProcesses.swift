import HostFacts
import Kernel
import Rendering

/// What can be seen of processes: who holds a socket, and in which namespaces they are.
struct DoctorProcesses {
  private let context: DoctorContext
  /// Processes looked at, those whose descriptors can be read, and those whose namespace can.
  private var count = 0, openCount = 0, placedCount = 0
  private var namespaceInodes: Set<UInt64> = []
  private let isListed: Bool
  /// Enough to know; a host with more is not asked about the rest.
  private static let limit = 10_000

  /// One pass over /proc: two looks at each process.
  init(_ context: DoctorContext) {
    self.context = context
    let names = try? Directory.names(in: "/proc")
    isListed = names != nil
    for name in (names ?? []).lazy.filter({ $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }).prefix(
      Self.limit)
    {
      let folder = "/proc/\(name)"
      do throws(SystemCallError) {
        namespaceInodes.insert(try NetworkNamespace(path: "\(folder)/ns/net").inode)
        placedCount += 1
        // Reading the links needs the same right as the namespace.
        if Self.canList("\(folder)/fd") { openCount += 1 }
      } catch {
        // One that has ended, or is a zombie, has no namespace and holds nothing.
        if [.noEntry, Errno(rawValue: 3)].contains(error.errno) { continue }
      }
      count += 1
    }
  }

  private static func canList(_ path: String) -> Bool {
    do throws(SystemCallError) {
      _ = try Descriptor(opening: path)
      return true
    } catch {
      return false
    }
  }

  /// Whose sockets they are.
  var owners: DoctorReport.Fact {
    let (id, title) = ("owner_processes", "owners by process")
    let gives = "the process that holds each socket"
    guard isListed, count > 0 else {
      return DoctorReport.Fact(
        id, title, gives: gives, .no, found: "/proc shows no process",
        need: .init("/proc mounted without hidepid"))
    }
    let found = "\(openCount) of \(count) processes show their descriptors"
    guard openCount < count else {
      return DoctorReport.Fact(id, title, gives: gives, .yes, found: found)
    }
    return DoctorReport.Fact(
      id, title, gives: gives, openCount > 0 ? .partly : .no, found: found,
      need: context.need([.dacReadSearch, .sysPtrace]) ?? Self.hidden)
  }

  /// Other namespaces, by name and by process; tried by entering our own.
  var namespaces: DoctorReport.Fact {
    let (id, title) = ("other_namespaces", "other namespaces")
    let gives = "counts inside containers (--netns)"
    let named = (try? Directory.names(in: NetworkNamespace.directory).count) ?? 0
    let seen =
      "\(named) by name, \(namespaceInodes.count) by \(placedCount) of \(count) processes"
    do throws(SystemCallError) {
      try inNamespace(try NetworkNamespace.current()) {}
    } catch {
      return DoctorReport.Fact(
        id, title, gives: gives, .no, found: "\(error); \(seen)",
        need: context.need(
          placedCount < count ? [.sysAdmin, .sysPtrace] : [.sysAdmin]) ?? Self.hidden)
    }
    guard placedCount < count else {
      return DoctorReport.Fact(id, title, gives: gives, .yes, found: seen)
    }
    return DoctorReport.Fact(
      id, title, gives: gives, .partly, found: seen,
      need: context.need([.sysPtrace]) ?? Self.hidden)
  }

  /// Where no capability is missing and a process is hidden all the same.
  private static let hidden = DoctorReport.Need(
    "what hides them lifted: a security module, hidepid, or a container around this process")
}
