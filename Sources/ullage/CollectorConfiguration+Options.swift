import Collector
import FrameRing
import HostFacts
import Settings

extension CollectorConfiguration {
  /// Whether a writer by this configuration can go on where one by `other` is.
  func hasSameRing(as other: CollectorConfiguration) -> Bool {
    var ring = ring
    // What bounds the others' is no part of the file.
    ring.totalByteCount = other.ring.totalByteCount
    return ring == other.ring && shape == other.shape
      && intervalNanoseconds == other.intervalNanoseconds
  }

  /// How the collector works by this configuration.
  var options: CollectorOptions {
    var options = CollectorOptions()
    options.intervalNanoseconds = intervalNanoseconds
    options.guardIntervalNanoseconds = guardIntervalNanoseconds
    options.budgetShare = budget
    options.thresholds = thresholds
    options.sample.maxPools = maxPools
    options.sample.maxAddresses = maxAddresses
    options.sample.countsOwners = owners
    options.failures.counter.countsPossible = possibleFailures
    return options
  }

  /// The tiers of its ring. Unless raw frames were configured there are no more than fit into 24 MiB.
  var shape: FrameRingShape {
    var shape = FrameRingShape()
    let raw = ring.raw.frameCount(stepNanoseconds: intervalNanoseconds)
    shape.rawCount = ring.isRawExplicit ? raw : min(raw, shape.rawCount)
    shape.tenSecondCount = ring.tenSeconds.frameCount(stepNanoseconds: 10_000_000_000)
    shape.minuteCount = ring.minutes.frameCount(stepNanoseconds: 60_000_000_000)
    return shape
  }
}
