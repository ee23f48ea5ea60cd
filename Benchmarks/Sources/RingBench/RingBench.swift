import Glibc
import Kernel
import Ring
import Synchronization

/// Nanoseconds per published and per read frame, and whether a hundred readers slow the writer.
///
/// One frame is 600 words in a slot of 8 KiB. Time is processor time of the one thread, so that what else
/// runs on the machine does not stand in it.
@main
enum RingBench {
  static let geometry = RingGeometry(tiers: [
    RingTier(kind: .frames, stepNanoseconds: 0, slotByteCount: 8192, slotCount: 600),
    RingTier(kind: .frames, stepNanoseconds: 10_000_000_000, slotByteCount: 12_288, slotCount: 360),
    RingTier(
      kind: .frames, stepNanoseconds: 60_000_000_000, slotByteCount: 10_240, slotCount: 1440),
    RingTier(kind: .events, stepNanoseconds: 0, slotByteCount: 512, slotCount: 2048),
  ])
  static let words = (0..<600).map { UInt64($0) &* 0x9e37_79b9_7f4a_7c15 }

  static func main() throws {
    let pairCount = max(15, CommandLine.arguments.dropFirst().compactMap { Int($0) }.first ?? 15)
    let path =
      "\(CommandLine.arguments.dropFirst(2).first ?? "/dev/shm")/ullage-bench-\(getpid()).ring"
    defer { for name in [path, "\(path).lock"] { unsafe unlink(name) } }
    let identity = RingIdentity(
      bootID: try BootID.current(), namespaceCookie: 0, namespaceInode: 0, namespaceName: "",
      hostName: Machine.hostName(), writerPID: getpid(),
      writerStartRealtimeNanoseconds: Clock.realtimeNanoseconds(), intervalNanoseconds: 0)
    var writer = try RingWriter(path: path, geometry: geometry, identity: identity)
    print("\(path): frames of \(words.count) words in slots of 8 KiB")
    try costs(&writer)
    try pairs(&writer, pairCount)
    try writer.close()
  }

  /// Publishes and reads as fast as possible, with nobody beside.
  static func costs(_ writer: inout RingWriter) throws {
    var reader = try RingReader(path: writer.path)
    var buffer: [UInt64] = []
    var publishing: [Double] = []
    var reading: [Double] = []
    for round in 0...15 {
      let start = threadNanoseconds()
      for _ in 0..<20_000 { try writer.publish(tier: 0, words.span) }
      let middle = threadNanoseconds()
      let newest = try reader.newest(0) ?? 0
      for index: UInt64 in 0..<20_000 {
        guard
          case .published = try reader.read(tier: 0, number: newest - index % 600, into: &buffer)
        else { fatalError("a slot that nobody writes is there") }
      }
      let end = threadNanoseconds()
      if round == 0 { continue }
      publishing.append(Double(middle - start) / 20_000)
      reading.append(Double(end - middle) / 20_000)
    }
    print("publish  ns/frame: \(summary(publishing))")
    print("read     ns/frame: \(summary(reading))")
  }

  /// The writer at 100 frames a second, in turns with and without 100 readers of 10 Hz.
  static func pairs(_ writer: inout RingWriter, _ count: Int) throws {
    var ratios: [Double] = []
    var (alone, crowded): ([Double], [Double]) = ([], [])
    for pair in 0..<count {
      var times = [0.0, 0.0]
      for turn in 0..<2 {
        let isCrowded = (turn + pair) % 2 == 1
        times[isCrowded ? 1 : 0] =
          isCrowded
          ? try withReaders(100, writer.path) { () throws(RingError) in try cost(&writer) }
          : try cost(&writer)
      }
      alone.append(times[0])
      crowded.append(times[1])
      ratios.append(times[1] / times[0])
    }
    print("writer's CPU per publish, \(count) pairs of 100 publications at 100 Hz, ns:")
    print("  alone                  \(summary(alone))")
    print("  100 readers at 10 Hz   \(summary(crowded))")
    print("  ratio x 100            \(summary(ratios.map { $0 * 100 }))")
  }

  /// Processor time of this thread per publication, at a pace of one in 10 ms.
  static func cost(_ writer: inout RingWriter) throws(RingError) -> Double {
    var spent: UInt64 = 0
    var deadline = Clock.monotonicNanoseconds()
    for _ in 0..<100 {
      deadline += 10_000_000
      Clock.sleep(untilMonotonicNanoseconds: deadline)
      // A burst of eight, so that one publication is not all cold caches and clock reading.
      let start = threadNanoseconds()
      for _ in 0..<8 { try writer.publish(tier: 0, words.span) }
      spent += threadNanoseconds() - start
    }
    return Double(spent) / 800
  }

  private final class Flag: Sendable { let isSet = Atomic(false) }

  /// Runs `body` while so many threads read the newest frame ten times a second, each on its own.
  static func withReaders(
    _ count: Int, _ path: String, _ body: () throws(RingError) -> Double
  ) throws -> Double {
    let flag = Flag()
    return try withReaders(count, path, flag, body)
  }

  private static func withReaders(
    _ count: Int, _ path: String, _ flag: Flag, _ body: () throws(RingError) -> Double
  ) throws -> Double {
    guard count > 0 else {
      defer { flag.isSet.store(true, ordering: .releasing) }
      return try body()
    }
    let thread = try DedicatedThread {
      guard var reader = try? RingReader(path: path) else { return }
      var buffer: [UInt64] = []
      // Spread over the tenth of a second, as readers that know nothing of each other are.
      var deadline = Clock.monotonicNanoseconds() + UInt64(count) * 1_000_000
      while !flag.isSet.load(ordering: .acquiring) {
        Clock.sleep(untilMonotonicNanoseconds: deadline)
        deadline += 100_000_000
        _ = try? reader.header()
        if let newest = (try? reader.newest(0)) ?? nil {
          _ = try? reader.read(tier: 0, number: newest, into: &buffer)
        }
      }
    }
    let result = try withReaders(count - 1, path, flag, body)
    try thread.join()
    return result
  }

  private static func threadNanoseconds() -> UInt64 {
    var time = timespec()
    // SAFETY: the kernel fills the timespec.
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private static func summary(_ values: [Double]) -> String {
    let sorted = values.sorted().map { Int($0.rounded()) }
    return "median \(sorted[sorted.count / 2])  min \(sorted[0])  max \(sorted[sorted.count - 1])"
  }
}
