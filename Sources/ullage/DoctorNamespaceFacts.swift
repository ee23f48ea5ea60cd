import HostFacts
import Inet
import Kernel
import Rendering

/// What files of the namespace and of the machine say.
enum DoctorNamespaceFacts {
  private typealias Fact = DoctorReport.Fact

  /// The range and the reserved ports.
  static func portRange() -> DoctorReport.Fact {
    let (id, title, gives) = ("port_range", "port range", "capacity: how many ports there are")
    do throws(FactError) {
      let facts = try NamespaceFacts.read()
      if let error = facts.reservedError {
        return Fact(id, title, gives: gives, .partly, found: "\(facts.range); \(error)")
      }
      let reserved = facts.reserved?.count ?? 0
      return Fact(
        id, title, gives: gives, .yes, found: "\(facts.range), \(reserved) ports reserved")
    } catch {
      return Fact(
        id, title, gives: gives, .no, found: "\(error)", need: .init("a readable /proc/sys/net"))
    }
  }

  /// sockstat and snmp.
  static func counters() -> DoctorReport.Fact {
    let (id, title) = ("counters", "counters")
    let gives = "new connects between two counts"
    let sockets = SocketStatistics.read(), protocols = ProtocolCounters.read()
    let missing =
      (sockets.tcpInUse == nil ? ["sockstat"] : []) + (protocols.activeOpens == nil ? ["snmp"] : [])
    guard missing.isEmpty else {
      return Fact(
        id, title, gives: gives, missing.count == 2 ? .no : .partly,
        found: "\(missing.joined(separator: " and ")) cannot be read",
        need: .init("a readable /proc/net"))
    }
    return Fact(id, title, gives: gives, .yes, found: "sockstat and snmp are read")
  }

  /// Connection tracking has ports of its own to run out of, when it translates addresses.
  static func conntrack() -> DoctorReport.Fact {
    let gives = "whether conntrack is the limit instead"
    let directory = "/proc/sys/net/netfilter"
    guard let count = number("\(directory)/nf_conntrack_count") else {
      return Fact(
        "conntrack", "conntrack", gives: gives, .absent,
        found: "nf_conntrack is not loaded: it is no limit here")
    }
    let most = number("\(directory)/nf_conntrack_max")
    return Fact(
      "conntrack", "conntrack", gives: gives, .yes,
      found: "\(count) of \(most.map { "\($0)" } ?? "an unknown number of") entries")
  }

  /// Dumps of several sockets at once.
  static func parallelWalks(_ context: DoctorContext) -> DoctorReport.Fact {
    let version = KernelRule.dumpsAtOnce.since, processors = Machine.processorCount()
    let gives = "slow walks beside the main one"
    let isNew = context.kernel >= version
    let found =
      "\(processors) processor\(processors == 1 ? "" : "s"); "
      + (isNew ? "dumps run beside each other" : "one dump at a time")
    let need =
      isNew ? DoctorReport.Need("a second processor") : context.need(kernel: version)
    let isFine = isNew && processors > 1
    return Fact(
      "parallel_walks", "parallel walks", gives: gives, isFine ? .yes : .no, isTried: false,
      found: found, need: isFine ? nil : need)
  }

  /// Whether a count here walks the sockets of other namespaces too.
  static func ownTable(_ context: DoctorContext) -> DoctorReport.Fact {
    let (id, title) = ("own_table", "own socket table")
    let gives = "counts that do not walk other namespaces"
    guard let entries = Settings.read().establishedHashEntries else {
      return Fact(
        id, title, gives: gives, .no, found: "the kernel does not say",
        need: context.need(kernel: KernelVersion(6, 1)))
    }
    guard entries < 0 else {
      return Fact(id, title, gives: gives, .yes, found: "\(entries) buckets")
    }
    return Fact(
      id, title, gives: gives, .no,
      found: "shares a table of \(entries.magnitude) buckets with other namespaces",
      need: .init(
        "the setting in the namespace that makes this one, before it is made",
        command: "sudo sysctl -w net.ipv4.tcp_child_ehash_entries=65536"))
  }

  private static func number(_ path: String) -> UInt64? {
    guard let bytes = try? KernelFile.read(path, limit: 256) else { return nil }
    return UInt64(String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self))
  }
}
