import HostFacts
import Kernel
import Rendering

/// Failed connects: by the tracepoint, or from what netlink says when a socket ends.
enum DoctorFailures {
  private static let (id, title) = ("failed_connects", "failed connects")
  private static let gives = "how many connects found no port, and whose"

  /// Whether failed connects can be counted: opens what a collector opens, and closes it again.
  static func failedConnects(_ context: DoctorContext) -> DoctorReport.Fact {
    let refusal: String
    do throws(SystemCallError) {
      let tracefs = try Tracefs()
      do throws(ConnectFailureError) {
        let error = try ConnectFailureCounter(tracefs).samplingError
        return DoctorReport.Fact(
          id, title, gives: gives, error == nil ? .yes : .partly,
          found: error.map { "counted by perf events, but not attributed: \($0)" }
            ?? "counted and attributed by perf events",
          need: error.flatMap { _ in context.need([.perfmon]) })
      } catch {
        refusal = "\(error)"
        if tracefs.allowsInstances {
          // Making one would be seen by others.
          return DoctorReport.Fact(
            id, title, gives: gives, .partly, isTried: false,
            found: "\(refusal); a trace instance can count them, without cgroups",
            need: context.need([.perfmon]))
        }
      }
    } catch {
      refusal = "\(error)"
    }
    var fact = lacking(context)
    guard fact.state == .yes else { return fact }
    // Everything seems to be there, and the kernel refuses all the same.
    fact.state = .no
    fact.isTried = true
    fact.found = refusal
    return fact
  }

  /// What is missing, by capabilities and what is readable.
  private static func lacking(_ context: DoctorContext) -> DoctorReport.Fact {
    guard let paranoia else {
      return DoctorReport.Fact(
        id, title, gives: gives, .no, found: "/proc/sys/kernel/perf_event_paranoid cannot be read",
        need: .init("a kernel with CONFIG_PERF_EVENTS"))
    }
    var wanted: [Capability] = []
    // CAP_SYS_ADMIN does what CAP_PERFMON does, and before 5.8 it alone.
    if !context.has(.sysAdmin), paranoia > -1 {
      wanted.append(context.kernel < KernelVersion(5, 8) ? .sysAdmin : .perfmon)
    }
    guard let folder = folder else {
      let mount = "sudo mount -t tracefs tracefs /sys/kernel/tracing"
      // Its files are root's.
      var need = context.need([.dacReadSearch] + wanted, besides: "a mounted tracefs")
      let command = need?.command
      need?.command = command.map { "\(mount) && \($0)" } ?? mount
      return DoctorReport.Fact(
        id, title, gives: gives, .no, found: "tracefs is not mounted where this process sees it",
        need: need)
    }
    let path = "\(folder)/events/sock/inet_sock_set_state/id"
    do throws(SystemCallError) {
      _ = try Descriptor(opening: path)
    } catch {
      let need =
        error.errno == .noEntry
        ? context.need(kernel: KernelVersion(4, 16))
        : context.need([.dacReadSearch] + wanted) ?? .init("a readable tracefs")
      return DoctorReport.Fact(
        id, title, gives: gives, .no, found: "\(error)", need: need)
    }
    let lacking = context.lacking(wanted)
    return DoctorReport.Fact(
      id, title, gives: gives, lacking.isEmpty ? .yes : .no, isTried: false,
      found: "\(folder) is readable"
        + (lacking.isEmpty ? "" : ", but kernel.perf_event_paranoid is \(paranoia)"),
      need: lacking.isEmpty ? nil : context.need(wanted))
  }

  /// The multicast groups that end of sockets are told in.
  static func destroyed(_ context: DoctorContext) -> DoctorReport.Fact {
    let version = KernelVersion(4, 2), knows = context.kernel >= version
    return DoctorReport.Fact(
      "destroyed_sockets", "ends of sockets",
      gives: "failed connects, late and without owner",
      knows ? .yes : .no, isTried: false,
      found: knows ? "sock_diag tells them (Linux \(version))" : "sock_diag does not tell them",
      need: knows ? nil : context.need(kernel: version))
  }

  /// kernel.perf_event_paranoid: above -1 only the privileged see tracepoints. Nil in a kernel that has no
  /// perf events.
  private static var paranoia: Int? {
    guard let bytes = try? KernelFile.read("/proc/sys/kernel/perf_event_paranoid", limit: 64) else {
      return nil
    }
    return Int(String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self))
  }

  /// Where tracefs is mounted; the usual place first.
  private static var folder: String? {
    let mounts = MountPoints.ofType("tracefs")
    return mounts.first { $0 == "/sys/kernel/tracing" } ?? mounts.first
  }
}
