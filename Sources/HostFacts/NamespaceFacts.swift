public import Inet

/// What a network namespace says of itself, read by a thread inside it.
public struct NamespaceFacts: Hashable, Sendable {
  /// The range of ephemeral ports.
  public var range: PortRange
  /// The reserved ports, in and outside the range; nil when they could not be read.
  public var reserved: PortSet?
  /// Why `reserved` is nil.
  public var reservedError: FactError?
  /// The sysctls.
  public var settings: Settings

  /// The facts given.
  public init(
    range: PortRange, reserved: PortSet?, reservedError: FactError? = nil,
    settings: Settings = Settings()
  ) {
    self.range = range
    self.reserved = reserved
    self.reservedError = reservedError
    self.settings = settings
  }

  /// Reads the facts of the calling thread's namespace. About thirty system calls.
  ///
  /// Throws only when the range itself cannot be had: without it there is nothing to compute.
  public static func read() throws(FactError) -> NamespaceFacts {
    var facts = NamespaceFacts(range: try LocalPortRange.read(), reserved: nil)
    do throws(FactError) {
      facts.reserved = try ReservedPorts.read()
    } catch {
      facts.reservedError = error
    }
    facts.settings = Settings.read()
    return facts
  }
}
