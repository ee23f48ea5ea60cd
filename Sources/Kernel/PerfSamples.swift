/// The samples of a tracepoint on the whole host: a ring for each processor that is online.
///
/// Nobody is woken by a sample: look often enough, or some are lost, and counted as such.
public struct PerfSamples: ~Copyable {
  private let tracepoint: UInt64
  private let filter: String
  private var rings: [Ring]
  private var processors: OnlineProcessors
  private var bytes: [UInt8] = []

  /// An array needs something that can be copied.
  private final class Ring {
    var ring: PerfSampleRing
    /// Whether reads of the event say what was lost; if not, records do, some time later.
    let readsSayLost: Bool
    var lost: UInt64 = 0

    init(_ ring: consuming PerfSampleRing, isPlain: Bool) {
      self.ring = ring
      readsSayLost = !isPlain
    }
  }

  /// Begins to sample each occurrence of tracepoint number `tracepoint` where `filter` holds.
  public init(tracepoint: UInt64, filter: String) throws(SystemCallError) {
    let processors = try OnlineProcessors.read()
    let rings = try Self.open(tracepoint, filter, on: processors.numbers)
    self.tracepoint = tracepoint
    self.filter = filter
    self.processors = processors
    self.rings = rings
  }

  /// Whether anything was sampled since the last time: one load a processor, no system call.
  public var hasNews: Bool { rings.contains { $0.ring.hasNews } }

  /// Hands out what came since the last time, processor by processor, and returns how many samples were
  /// lost meanwhile. The rings bound what there can be: about 290 samples a processor.
  public mutating func drain(_ body: (PerfSample) -> Void) -> UInt64 {
    var lost: UInt64 = 0
    for ring in rings where ring.ring.hasNews {
      bytes.removeAll(keepingCapacity: true)
      ring.ring.take(into: &bytes)
      var records = PerfRecords(bytes.span)
      while let sample = records.next() { body(sample) }
      if ring.readsSayLost, let now = ring.ring.event.read()?.lost {
        lost &+= now > ring.lost ? now - ring.lost : 0
        ring.lost = max(ring.lost, now)
      } else {
        lost &+= records.lost
      }
    }
    return lost
  }

  /// Samples on `current` from now on. Drain before: what the ring of a processor that went has left is
  /// gone.
  public mutating func follow(_ current: OnlineProcessors) throws(SystemCallError) {
    guard current != processors else { return }
    let present = Set(rings.map { $0.ring.event.processor })
    let added = try Self.open(
      tracepoint, filter, on: current.numbers.filter { !present.contains($0) })
    rings.removeAll { !current.numbers.contains($0.ring.event.processor) }
    rings += added
    processors = current
  }

  private static func open(
    _ tracepoint: UInt64, _ filter: String, on processors: [Int32]
  ) throws(SystemCallError) -> [Ring] {
    var rings: [Ring] = []
    for processor in processors {
      do throws(SystemCallError) {
        rings.append(try open(tracepoint, filter, on: processor))
      } catch {
        // It went meanwhile; the next list is without it.
        if error.errno != .noDevice { throw error }
      }
    }
    return rings
  }

  private static func open(
    _ tracepoint: UInt64, _ filter: String, on processor: Int32
  ) throws(SystemCallError) -> Ring {
    do throws(SystemCallError) {
      return Ring(
        try PerfSampleRing(tracepoint, on: processor, filter: filter, isPlain: false),
        isPlain: false)
    } catch {
      // An old kernel refuses what it does not know.
      if error.errno != .invalid { throw error }
    }
    return Ring(
      try PerfSampleRing(tracepoint, on: processor, filter: filter, isPlain: true), isPlain: true)
  }
}
