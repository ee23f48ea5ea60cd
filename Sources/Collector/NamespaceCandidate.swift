public import HostFacts
public import Kernel

/// A network namespace of the host, and what a look at its counters says is worth a walk.
public struct NamespaceCandidate: Sendable {
  /// The namespace.
  public var entry: NamespaceEntry
  /// Whether it has TCP sockets that are in the table; taken for granted where nobody knows.
  public var hasTCP: Bool
  /// Whether it has UDP sockets that hold a port.
  public var hasUDP: Bool
  /// Whether TCP sockets that are bound and idle may be in it, which no counter of a namespace has.
  public var mayHaveIdleBinds: Bool

  /// All namespaces of the host as two looks find them, a few milliseconds for hundreds.
  ///
  /// Two, because they are read one after the other: what is closed meanwhile may hide that some sockets of
  /// the host stand in nobody's counters.
  public static func find() throws(SystemCallError) -> [NamespaceCandidate] {
    var idleBinds: Int? = 0
    var bounds: [NamespaceBound] = []
    for _ in 0..<2 {
      var watch = NamespaceWatch(.named())
      try watch.look()
      bounds = watch.bounds
      idleBinds = idleBinds.flatMap { before in watch.idleBindMaximum.map { max(before, $0) } }
    }
    return bounds.map { bound in
      NamespaceCandidate(
        entry: bound.entry, hasTCP: bound.tcpSockets != 0, hasUDP: bound.reading?.udpInUse != 0,
        mayHaveIdleBinds: idleBinds != 0)
    }
  }
}
