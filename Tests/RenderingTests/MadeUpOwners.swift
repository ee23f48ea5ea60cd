import Inet
import Owners

/// Owners of a made-up host, with everything that a page can show.
enum MadeUpOwners {
  private static let id = "3f9a1c0de4b52a6679c8f0e1d2c3b4a5968778695a4b3c2d1e0f9a8b7c6d5e4f"

  static func count(
    _ ports: Int, _ states: [SocketState: Int], inferred: Int = 0, to destination: String? = nil
  ) -> OwnerCount {
    var count = OwnerCount()
    count.ports = ports
    count.states = MadeUpHost.counts(states)
    count.inferred = inferred
    count.pools = destination == nil ? 0 : 3
    count.tightest = destination.map {
      TupleKey(
        source: MadeUpHost.address($0.contains(":") ? "2001:db8::5" : "10.0.0.5"),
        destination: MadeUpHost.address($0), port: 443)
    }
    count.tightestPorts = destination == nil ? 0 : ports - ports / 10
    return count
  }

  private static func ranking(
    _ kind: OwnerKind, _ method: OwnerRanking.Method, ports: Int, _ owners: [RankedOwner]
  ) -> OwnerRanking {
    var ranking = OwnerRanking(
      kind, method, .tcp, range: .kernelDefault, ports: ports,
      sockets: owners.reduce(0) { $0 + $1.count.sockets })
    ranking.owners = owners
    ranking.takenAtNanoseconds = MadeUpHost.moment
    ranking.durationNanoseconds = 41_000_000
    ranking.sort()
    return ranking
  }

  static func cgroup(
    _ number: UInt64, _ path: String?, _ count: OwnerCount, isGone: Bool = false
  ) -> RankedOwner {
    RankedOwner(.cgroup(number, path.map { CgroupMeaning($0) }), count, isGone: isGone)
  }

  /// A proxy that waits, a pod, a session, one that has gone and one without a name.
  static var cgroups: OwnerRanking {
    var ranking = ranking(
      .cgroup, .rows, ports: 27_410,
      [
        cgroup(
          4711, "/system.slice/haproxy.service",
          count(
            26_102, [.established: 8201, .timeWait: 17_890, .synSent: 11], inferred: 17_890,
            to: "10.1.2.3")),
        cgroup(
          99,
          "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-"
            + "pod0a1b2c3d_4e5f_6071_8293_a4b5c6d7e8f9.slice/cri-containerd-\(id).scope",
          count(640, [.established: 640], to: "2001:db8::1")),
        cgroup(
          25, "/user.slice/user-1000.slice/session-3.scope",
          count(3, [.closeWait: 3], to: "10.1.2.3")),
        cgroup(7, "/system.slice/old.service", count(2, [.listen: 2]), isGone: true),
        cgroup(8, nil, count(1, [.boundInactive: 1]), isGone: true),
      ])
    ranking.unknown = count(54, [.timeWait: 54])
    return ranking
  }

  /// Processes of which some could not be looked at, and sockets that were not found.
  static var processes: OwnerRanking {
    var ranking = ranking(
      .process, .exact, ports: 812,
      [
        RankedOwner(
          .process(.init(id: 812, userID: 33, command: "nginx")),
          count(800, [.established: 800], to: "10.1.2.3")),
        RankedOwner(
          .process(.init(id: 99, userID: nil, command: "far \u{1b}[31m", isElsewhere: true)),
          count(10, [.established: 10], to: "10.1.2.4")),
        RankedOwner(
          .process(.init(id: 100_000, userID: 0, command: nil)), count(1, [.listen: 1])),
      ])
    ranking.unseen = count(4, [.established: 4], to: "10.1.2.3")
    ranking.sharedSockets = 12
    ranking.linksRead = 20_431
    ranking.notes = [OwnerNote("processes_refused", "3 processes could not be looked at")]
    return ranking
  }

  /// An estimate.
  static var sampled: OwnerRanking {
    var ranking = ranking(
      .process, .sampled(100), ports: 28_000,
      [
        RankedOwner(
          .process(.init(id: 812, userID: 33, command: "proxy")),
          count(18_720, [.established: 18_720], to: "10.1.2.3"),
          sample: SampledShare(total: 19_500, looked: 100, hits: 96)),
        RankedOwner(
          .process(.init(id: 813, userID: 33, command: "small")),
          count(12, [.established: 12], to: "10.1.2.3")),
      ])
    ranking.linksRead = 1040
    ranking.notes = [OwnerNote("sampled", "100 descriptors of each large process were looked at")]
    return ranking
  }

  static var users: OwnerRanking {
    ranking(
      .user, .rows, ports: 30,
      [
        RankedOwner(.user(33, "www-data"), count(29, [.established: 29], to: "10.1.2.3")),
        RankedOwner(.user(4_294_967_295, nil), count(1, [.synSent: 1], to: "10.1.2.3")),
      ])
  }

  /// Somebody who holds little, next to orphans that count for it.
  static var orphans: OwnerRanking {
    ranking(
      .cgroup, .rows, ports: 503,
      [
        cgroup(
          31, "/system.slice/innocent.service",
          count(503, [.established: 3, .finWait2: 500], inferred: 500, to: "10.1.2.3"))
      ])
  }

  /// Most ports wait, and nobody knows whose they were.
  static var forgotten: OwnerRanking {
    var ranking = ranking(
      .cgroup, .rows, ports: 2010,
      [cgroup(31, "/system.slice/innocent.service", count(10, [.established: 10]))])
    ranking.unknown = count(2000, [.timeWait: 1990, .finWait2: 10])
    ranking.sockets += 2000
    return ranking
  }

  /// The same beside a collector, which saw whose they were: of a unit that has gone, for the most part.
  static var recalled: OwnerRanking {
    var gone = cgroup(
      29, nil, count(1600, [.timeWait: 1590, .finWait2: 10], inferred: 1600, to: "10.1.2.3"),
      isGone: true)
    gone.lastName = "batch\u{1b}[31m.service"
    var ranking = ranking(
      .cgroup, .rows, ports: 2010,
      [
        cgroup(
          31, "/system.slice/innocent.service",
          count(360, [.established: 10, .timeWait: 350], inferred: 350, to: "10.1.2.3")), gone,
      ])
    ranking.unknown = count(50, [.timeWait: 50])
    ranking.sockets += 50
    ranking.memoryAgeNanoseconds = 412_000_000
    ranking.notes = [
      OwnerNote("from_collector", "whose TIME_WAIT and orphans these were is remembered")
    ]
    return ranking
  }

  static var nobody: OwnerRanking { ranking(.cgroup, .rows, ports: 0, []) }

  static var all: [(name: String, ranking: OwnerRanking)] {
    [
      ("cgroups", cgroups), ("processes", processes), ("sampled", sampled), ("users", users),
      ("nobody", nobody), ("orphans", orphans), ("forgotten", forgotten),
      ("recalled", recalled),
    ]
  }
}
