/// Whether frames of a namespace are written.
public enum CollectionState: Hashable, Sendable {
  /// Somebody writes them.
  case written
  /// Nobody does, and nobody said that it would be so: what is known is of the past.
  case lost
  /// Nobody does, and that is in good order: the namespace has gone, or no pool in it can matter.
  case ended
}
