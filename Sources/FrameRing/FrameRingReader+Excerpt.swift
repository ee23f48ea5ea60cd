public import Ring

extension FrameRingReader {
  /// An excerpt of the ring, for a mirror elsewhere: see `RingExcerpt`. Nil where it has no such tier, or is a
  /// recording, which nobody follows.
  public func excerpt(
    tier: Int, from number: UInt64?, realtimeNanoseconds: UInt64, byteCountMax: Int
  ) throws(RingError) -> [UInt8]? {
    guard ring.geometry.tiers.indices.contains(tier), !ring.geometry.isRecording else { return nil }
    return try ring.excerpt(
      tier: tier, from: number, realtimeNanoseconds: realtimeNanoseconds, byteCountMax: byteCountMax
    )
  }
}
