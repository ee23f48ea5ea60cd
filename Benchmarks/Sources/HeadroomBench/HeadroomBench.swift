import FrameRing
import Frames
import Glibc
import Headroom
import Inet
import Kernel
import Pools
import Ring

/// Nanoseconds per question of headroom, against a bare pread(2) of the slot that the answer stands in.
///
/// A frame of 60 pools in a slot of 24 KiB; the pool that is asked for is the last one. Time is processor time
/// of the one thread, so that what else runs on the machine does not stand in it.
@main
enum HeadroomBench {
  static let source = IPAddress(ipv4: 0x0a00_0005)
  static let slotByteCount = 24_576

  static func main() throws {
    var shape = FrameRingShape()
    shape.rawCount = 8
    var geometry = shape.geometry
    geometry.tiers[0].slotByteCount = slotByteCount
    let boot = try BootID.current()
    let identity = RingIdentity(
      bootID: boot, namespaceCookie: 0, namespaceInode: 0, namespaceName: "",
      hostName: Machine.hostName(), writerPID: getpid(),
      writerStartRealtimeNanoseconds: Clock.realtimeNanoseconds(),
      intervalNanoseconds: 60_000_000_000)
    var writer = try FrameRingWriter(RingWriter(inMemory: geometry, identity: identity))
    let path = writer.ring.path
    let frame = frame(boot)
    try writer.publish(frame)
    print("\(path): \(frame.pools.count) pools in a slot of \(slotByteCount / 1024) KiB")

    let reader = HeadroomReader(path: path)
    let table = HeadroomTable(frame, intervalNanoseconds: 60_000_000_000)
    // SAFETY: the string lives for the call.
    let number = unsafe open(path, O_RDONLY)
    var slot = [UInt8](repeating: 0, count: slotByteCount)
    let ring = try FrameRingReader(path: path)
    let last = destination(frame.pools.count - 1)
    var sum = 0
    var times: [String: [Double]] = [:]
    let names = ["pread of a slot", "question", "of it, in memory", "first of a frame"]
    for round in 0...20 {
      // SAFETY: the kernel writes at most as many bytes as the array has.
      let pread = measure(10_000) { sum &+= unsafe Glibc.pread(number, &slot, slotByteCount, 4096) }
      let ask = measure(10_000) {
        sum &+= reader.headroom(to: last, port: 443).left ?? 0
      }
      let memory = measure(10_000) {
        sum &+=
          table.headroom(
            to: last, port: 443, atMonotonicNanoseconds: frame.monotonicNanoseconds
          ).left ?? 0
      }
      let first = try measure(500) {
        // What is done once a frame: the slot is read, checked, decoded and prepared.
        guard let newest = try ring.newest() else { fatalError("a frame was published") }
        let table = HeadroomTable(newest, intervalNanoseconds: 60_000_000_000)
        sum &+= table.headroom(to: last, port: 443, atMonotonicNanoseconds: 0).left ?? 0
      }
      if round == 0 { continue }
      for (name, time) in zip(names, [pread, ask, memory, first]) {
        times[name, default: []].append(time)
      }
    }
    close(number)
    for name in names {
      print(name.padded(to: 18), "ns: \(summary(times[name] ?? []))")
    }
    let ratios = zip(times["question"] ?? [], times["pread of a slot"] ?? []).map { 100 * $0 / $1 }
    print("a question in percent of a bare pread: \(summary(ratios))")
    precondition(sum != 0)
    withExtendedLifetime(ring) {}
    try writer.close()
  }

  private static func destination(_ index: Int) -> IPAddress {
    IPAddress(ipv4: 0x0a01_0000 + UInt32(index))
  }

  /// A frame of 60 connect pools, fuller ones first.
  private static func frame(_ boot: BootID) -> Frame {
    let now = Clock.monotonicNanoseconds()
    let space = PortSpace(range: .kernelDefault, reserved: PortSet(), blocked: PortSet())
    var frame = Frame(
      boot: boot, tick: 1, takenAtNanoseconds: Clock.realtimeNanoseconds(),
      monotonicNanoseconds: now, spanNanoseconds: 1_000_000_000, namespaceCookie: nil,
      range: space.range, reserved: 0, blocked: 0, connectCapacity: space.connectCapacity,
      bindCapacity: space.bindCapacity)
    for index in 0..<60 {
      let key = PoolKey.connect(
        source: source, destination: destination(index), port: 443, interface: 0)
      var states = StateCounts()
      states[.established] = 6000 - index
      frame.pools.append(
        PoolRecord(
          Pool.connect(
            key, states: states, takenLow: 3000, takenOther: 3000 - index, reclaimable: 0,
            in: space), method: .dump, countedAtMonotonic: now))
    }
    return frame
  }

  private static func measure(_ count: Int, _ body: () throws -> Void) rethrows -> Double {
    let start = Clock.threadCPUNanoseconds()
    for _ in 0..<count { try body() }
    return Double(Clock.threadCPUNanoseconds() - start) / Double(count)
  }

  private static func summary(_ values: [Double]) -> String {
    let sorted = values.sorted().map { Int($0.rounded()) }
    return "median \(sorted[sorted.count / 2])  min \(sorted[0])  max \(sorted[sorted.count - 1])"
  }
}

extension String {
  fileprivate func padded(to count: Int) -> String {
    self + String(repeating: " ", count: max(0, count - self.count))
  }
}
