public import Inet
public import Kernel

/// The two ways to ask for sockets.
public enum RequestForm: String, Hashable, Sendable, CaseIterable {
  /// Message type 18, TCPDIAG_GETSOCK: IPv4 and IPv6 in one walk of the table.
  case legacy
  /// Message type 20, SOCK_DIAG_BY_FAMILY: one walk per family.
  case byFamily

  /// The cheapest form that this kernel answers rightly for `transport`.
  ///
  /// Before 5.9 the legacy form has no protocol attribute (INET_DIAG_REQ_PROTOCOL): asked for UDP, an
  /// older kernel would answer with TCP sockets.
  public static func cheapest(
    for transport: TransportProtocol, on kernel: KernelVersion
  ) -> RequestForm {
    transport == .tcp || kernel.has(.answersLegacyUDP) ? .legacy : .byFamily
  }
}
