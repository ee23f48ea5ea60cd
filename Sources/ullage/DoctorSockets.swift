import HostFacts
import Inet
import Kernel
import Netlink
import Owners
import Rendering
import SocketDiag

/// What sock_diag answers: tried by dumps of what is small, or of nothing at all.
struct DoctorSockets {
  private typealias Fact = DoctorReport.Fact
  private let context: DoctorContext
  private let listeners: Result<(report: DumpReport, count: Int, cgroups: Int), NetlinkError>
  private let filtered: NetlinkError?
  private let datagrams: NetlinkError?
  private let namespaceCookie: UInt64?

  /// Asks for the listeners, for listeners on no port, and for UDP sockets on no port.
  init(_ context: DoctorContext) {
    self.context = context
    let nothing = SocketFilter.sourcePort(PortRange(0))
    var count = 0, cgroups = 0, cookie: UInt64?
    do throws(NetlinkError) {
      var dump = try SocketDump()
      let report = try dump.run(SocketQuery(.tcp, states: .listen)) {
        (rows: inout ReplyCursor) throws(NetlinkError) in
        while let row = try rows.nextRow() {
          count += 1
          if row.cgroupID != nil { cgroups += 1 }
        }
      }
      cookie = dump.namespaceCookie
      listeners = .success((report, count, cgroups))
    } catch {
      listeners = .failure(error)
    }
    namespaceCookie = cookie
    filtered = Self.failure(SocketQuery(.tcp, states: .listen, filter: nothing), context)
    datagrams = Self.failure(SocketQuery(.udp, states: .table, filter: nothing), context)
  }

  /// Why a query is refused; nil when it is answered.
  private static func failure(_ query: SocketQuery, _ context: DoctorContext) -> NetlinkError? {
    do throws(NetlinkError) {
      var dump = try SocketDump()
      let form = RequestForm.cheapest(for: query.transport, on: context.kernel)
      _ = try dump.run(query, form: form) { (rows: inout ReplyCursor) throws(NetlinkError) in
        while try rows.nextRow() != nil {}
      }
      return nil
    } catch {
      return error
    }
  }

  private var isAnswered: Bool { if case .success = listeners { true } else { false } }

  /// TCP sockets at all.
  var tcp: DoctorReport.Fact {
    let gives = "pools, addresses and states"
    switch listeners {
    case .success(let answer):
      return Fact(
        "tcp_sockets", "TCP sockets", gives: gives, .yes,
        found: "sock_diag answers; listeners: \(answer.count)")
    case .failure(let error):
      return Fact(
        "tcp_sockets", "TCP sockets", gives: gives, .no, found: "\(error)",
        need: Self.need(error, "tcp_diag"))
    }
  }

  /// UDP sockets.
  var udp: DoctorReport.Fact {
    let gives = "UDP pools"
    guard let datagrams else {
      return Fact("udp_sockets", "UDP sockets", gives: gives, .yes, found: "sock_diag answers")
    }
    return Fact(
      "udp_sockets", "UDP sockets", gives: gives, .no, found: "\(datagrams)",
      need: Self.need(datagrams, "udp_diag"))
  }

  private static func need(_ error: NetlinkError, _ module: String) -> DoctorReport.Need {
    switch error.errno {
    case .noEntry, .notSupported, .protocolNotSupported:
      .init("the kernel module \(module)", command: "sudo modprobe \(module)")
    default: .init("AF_NETLINK allowed (seccomp, RestrictAddressFamilies=, a security module)")
    }
  }

  /// IPv4 and IPv6 in one walk.
  var bothFamilies: DoctorReport.Fact {
    let gives = "a count at half the cost"
    guard case .success(let answer) = listeners else {
      return unanswered("one_walk", "one walk", gives)
    }
    guard answer.report.fellBack else {
      return Fact(
        "one_walk", "both families at once", gives: gives, .yes,
        found: "request type 18 is answered")
    }
    return Fact(
      "one_walk", "both families at once", gives: gives, .partly,
      found: "request type 18 is refused: two walks", need: .init("a kernel with TCPDIAG_GETSOCK"))
  }

  /// Bytecode.
  var filters: DoctorReport.Fact {
    let gives = "counting again only what is tight"
    guard let filtered else {
      return Fact(
        "kernel_filters", "kernel filters", gives: gives, .yes, found: "bytecode is accepted")
    }
    return Fact(
      "kernel_filters", "kernel filters", gives: gives, .no, found: "\(filtered)",
      need: isAnswered ? .init("a kernel with INET_DIAG_REQ_BYTECODE") : nil)
  }

  /// Bound-inactive sockets: trying would walk the bind hash of the host, and tell nothing if there were none.
  var idleBinds: DoctorReport.Fact {
    let version = KernelRule.reportsBoundInactive.since, knows = context.kernel >= version
    return Fact(
      "idle_binds", "idle binds", gives: "ports held by binds that are not connected",
      knows ? .yes : .no, isTried: false,
      found: knows ? "BOUND_INACTIVE (Linux \(version))" : "not reported by this kernel",
      need: knows ? nil : context.need(kernel: version))
  }

  /// Timers of TIME_WAIT.
  var timeWait: DoctorReport.Fact {
    let gives = "which ports wait, and how long still"
    guard isAnswered else { return unanswered("time_wait", "TIME_WAIT", gives) }
    return Fact(
      "time_wait", "TIME_WAIT", gives: gives, .yes, isTried: false,
      found: "rows carry state, timer and cookie")
  }

  /// The cgroup on each row.
  var cgroups: DoctorReport.Fact {
    let gives = "the unit or container of each socket"
    let (id, title) = ("owner_cgroups", "owners by cgroup")
    guard case .success(let answer) = listeners else { return unanswered(id, title, gives) }
    let version = KernelVersion(5, 8)
    let isTried = answer.count > 0
    guard isTried ? answer.cgroups > 0 : context.kernel >= version else {
      return Fact(
        id, title, gives: gives, .no, isTried: isTried, found: "rows carry no cgroup id",
        need: context.need(kernel: version))
    }
    let names = CgroupNames()
    guard let mount = names.hierarchy.mountPoint else {
      return Fact(
        id, title, gives: gives, .partly, found: "rows carry ids, but cgroup2 is not mounted",
        need: .init(
          "the cgroup2 file system", command: "sudo mount -t cgroup2 cgroup2 /sys/fs/cgroup"))
    }
    guard names.isWhole else {
      return Fact(
        id, title, gives: gives, .partly,
        found: "rows carry ids; \(mount) names but the part that this container sees",
        need: .init("the host's cgroup namespace, or its /sys/fs/cgroup mounted"))
    }
    guard MountPoints.ofType("cgroup").isEmpty else {
      return Fact(
        id, title, gives: gives, .partly,
        found: "cgroup v1 is in use too: what is grouped only there has the id of the root",
        need: .init("systemd.unified_cgroup_hierarchy=1 on the kernel's command line"))
    }
    return Fact(
      id, title, gives: gives, .yes, isTried: isTried, found: "rows carry ids; names in \(mount)")
  }

  /// The namespace's cookie.
  var cookie: DoctorReport.Fact {
    let gives = "telling namespaces apart for certain"
    guard isAnswered else { return unanswered("namespace_cookie", "namespace cookie", gives) }
    guard let namespaceCookie else {
      return Fact(
        "namespace_cookie", "namespace cookie", gives: gives, .no,
        found: "SO_NETNS_COOKIE is refused",
        need: context.need(kernel: KernelVersion(5, 14)))
    }
    return Fact(
      "namespace_cookie", "namespace cookie", gives: gives, .yes, found: "\(namespaceCookie)")
  }

  private func unanswered(_ id: String, _ title: String, _ gives: String) -> DoctorReport.Fact {
    Fact(id, title, gives: gives, .no, isTried: false, found: "sock_diag does not answer")
  }
}
