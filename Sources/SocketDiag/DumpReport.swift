public import Inet

/// What a dump took, besides its rows.
public struct DumpReport: Hashable, Sendable {
  /// The form that the kernel answered.
  public var form: RequestForm
  /// Whether the wanted form was refused and the other one used.
  public var fellBack = false
  /// Families that this kernel does not have (only seen with `byFamily`).
  public var missingFamilies: [AddressFamily] = []
  /// Whether the kernel flagged the dump as possibly inconsistent.
  public var wasInterrupted = false
  /// Datagrams received.
  public var datagramCount = 0

  /// The report of a dump that is about to start in `form`.
  public init(form: RequestForm) { self.form = form }
}
