import Frames
import FramesTestKit
import Inet
import Pools
import Rendering

extension MadeUpHost {
  /// The busy host with owners of its connect pools: units in the first, users alone in the second, nobody
  /// known in the third, a name that steers terminals in the fourth.
  static var owned: Snapshot {
    var snapshot = busy
    let owners: [[PoolOwner]] = [
      [
        PoolOwner(
          kind: .cgroup, id: 4711, name: "haproxy.service", ports: 20_102, timeWait: 17_890,
          isInferred: true, inferredPorts: 16_000),
        PoolOwner(
          kind: .cgroup, id: 7, name: "cron.service", ports: 640, timeWait: 3, isInferred: false),
        PoolOwner(
          kind: .cgroup, id: 8, name: "pod 0a1b2c3d containerd 3f9a1c0de4b5", ports: 12,
          timeWait: 0, isInferred: false),
        PoolOwner(kind: .cgroup, id: 9, name: nil, ports: 1, timeWait: 0, isInferred: false),
        PoolOwner(
          kind: .user, id: 33, name: "www-data", ports: 20_755, timeWait: 17_893, isInferred: true),
        sampled(812, "haproxy (812)", 13_000, 11_900...14_050),
        sampled(813, "haproxy (813)", 7100, 5980...8200),
        sampled(901, "a long command (901)", 640, 640...640),
      ],
      [
        PoolOwner(kind: .cgroup, id: 1, name: "/", ports: 9, timeWait: 0, isInferred: false),
        PoolOwner(kind: .user, id: 33, name: "www-data", ports: 7, timeWait: 0, isInferred: false),
        PoolOwner(kind: .user, id: 1000, name: nil, ports: 2, timeWait: 0, isInferred: false),
      ],
      [],
      [
        PoolOwner(
          kind: .cgroup, id: 2, name: "/\u{1b}[31m\u{202e}evil", ports: 1, timeWait: 0,
          isInferred: false)
      ],
    ]
    for place in snapshot.namespaces.indices {
      var next = 0
      for index in snapshot.namespaces[place].pools.indices
      where snapshot.namespaces[place].pools[index].key.kind == .connect {
        snapshot.namespaces[place].pools[index].owners = owners[min(next, owners.count - 1)]
        next += 1
      }
      for index in snapshot.namespaces[place].addresses.indices {
        snapshot.namespaces[place].addresses[index].cgroupCount = 4
        snapshot.namespaces[place].addresses[index].userCount = 1
        snapshot.namespaces[place].addresses[index].processCount = 2
      }
    }
    return snapshot
  }

  /// A process of which a sample of descriptors was looked at.
  private static func sampled(
    _ id: UInt64, _ name: String, _ ports: Int, _ bounds: ClosedRange<Int>
  ) -> PoolOwner {
    var owner = PoolOwner(
      kind: .process, id: id, name: name, ports: ports, timeWait: 0, isInferred: false)
    owner.bounds = bounds
    return owner
  }
}

extension MadeUpHistory {
  /// Five minutes of a story whose pools have owners; from the fourth minute on what the first one has is inferred.
  static let owned: History = {
    let story = Story.told(seconds: 300)
    var frames = story.frames
    for index in frames.indices where index > 240 {
      frames[index].owners[0].isInferred = true
      for place in frames[index].pools.indices
      where frames[index].pools[place].owners.first?.owner == 0 {
        frames[index].pools[place].owners[0].isInferred = true
      }
    }
    return history(frames, events: story.events)
  }()
}
