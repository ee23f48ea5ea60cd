import Glibc
import Kernel
import Ring

/// Publishes to every tier in turn until it is killed, and tells after each publication how far it is.
enum Endless {
  static func write(_ path: String) throws -> Never {
    var writer = try RingWriter(
      path: path, geometry: StressGeometry.geometry, identity: StressGeometry.identity())
    let told = try Descriptor(opening: "\(path).told", flags: O_RDWR | O_CLOEXEC)
    let tiers = StressGeometry.geometry.tiers
    var words: [UInt64] = []
    while true {
      for tier in tiers.indices {
        let number = writer.heads[tier]
        SelfCheckingPayload.fill(
          &words, tier, number, capacity: tiers[tier].payloadWordCapacity)
        try writer.publish(tier: tier, words.span)
        var head = number + 1
        // SAFETY: eight bytes of a local variable, for the length of the call.
        guard unsafe pwrite(told.number, &head, 8, 8 * tier) == 8 else { exit(3) }
      }
      try writer.heartbeat(
        realtimeNanoseconds: Clock.realtimeNanoseconds(),
        monotonicNanoseconds: Clock.monotonicNanoseconds())
    }
  }
}
