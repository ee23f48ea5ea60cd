import Kernel
import Ring

/// Small tiers, so that laps are frequent, and one that a reader can keep up with.
enum StressGeometry {
  static let geometry = RingGeometry(tiers: [
    RingTier(kind: .frames, stepNanoseconds: 0, slotByteCount: 8192, slotCount: 4),
    RingTier(kind: .frames, stepNanoseconds: 1, slotByteCount: 1024, slotCount: 512),
    RingTier(kind: .events, stepNanoseconds: 0, slotByteCount: 64, slotCount: 3),
  ])

  static func identity() -> RingIdentity {
    RingIdentity(
      bootID: BootID(high: 1, low: 2), namespaceCookie: 3, namespaceInode: 4, namespaceName: "",
      hostName: "stress", writerPID: 5, writerStartRealtimeNanoseconds: 6, intervalNanoseconds: 7)
  }
}
