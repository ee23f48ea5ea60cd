/// How a writer came by its file.
public enum RingOrigin: Hashable, Sendable {
  /// There was none; it was made.
  case made
  /// It was there and is continued. So many slots had been begun by a writer that died.
  case continued(lostSlotCount: Int)
  /// It had another geometry: it is `<path>.old` now.
  case replacedForGeometry
  /// It is about another network namespace: it is `<path>.old` now.
  case replacedForIdentity
  /// It could not be continued for this reason: it is `<path>.old` now.
  case replacedForDamage(RingError.Reason)
}
