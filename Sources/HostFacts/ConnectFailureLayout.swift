public import Inet
internal import Kernel

/// Where sock:inet_sock_set_state keeps what tells of a connect() without a port.
///
/// At that moment the socket goes from SYN_SENT to CLOSE and has no source port: none was found. An attempt
/// that was refused or ran into its time limit has one. Source: include/trace/events/sock.h;
/// net/ipv4/tcp_ipv4.c, tcp_v4_connect().
public struct ConnectFailureLayout: Hashable, Sendable {
  /// The tracepoint's number.
  public let number: UInt64
  /// Where the number of the thread stands, as the host's PID namespace has it; nil where it does not.
  private let thread: Int?
  private let port: Int
  private let family: Int
  private let source: Int
  private let destination: Int
  private let sourceIPv6: Int
  private let destinationIPv6: Int

  /// The layout that `tracepoint` has; nil when it lacks a field, or has it in another size.
  public init?(_ tracepoint: Tracepoint) {
    func offset(_ name: Substring, _ size: Int) -> Int? {
      tracepoint.fields[name].flatMap { $0.size == size ? $0.offset : nil }
    }
    // What the filter names must be there too.
    guard offset("oldstate", 4) != nil, offset("newstate", 4) != nil, offset("sport", 2) != nil,
      offset("protocol", 2) ?? offset("protocol", 1) != nil, let port = offset("dport", 2),
      let family = offset("family", 2), let source = offset("saddr", 4),
      let destination = offset("daddr", 4), let sourceIPv6 = offset("saddr_v6", 16),
      let destinationIPv6 = offset("daddr_v6", 16)
    else { return nil }
    number = tracepoint.number
    thread = offset("common_pid", 4)
    self.port = port
    self.family = family
    self.source = source
    self.destination = destination
    self.sourceIPv6 = sourceIPv6
    self.destinationIPv6 = destinationIPv6
  }

  /// The layout on the running kernel.
  init(_ tracefs: borrowing Tracefs) throws(ConnectFailureError) {
    do throws(FactError) {
      let tracepoint = try tracefs.tracepoint("sock", "inet_sock_set_state")
      guard let known = ConnectFailureLayout(tracepoint) else { throw .unexpectedFields }
      self = known
    } catch {
      throw .tracepoint(error)
    }
  }

  /// Whether a record tells the thread.
  var tellsThread: Bool { thread != nil }

  /// The thread of a record, as the host's PID namespace numbers it; nil when it is not of this tracepoint.
  func threadID(_ record: Span<UInt8>) -> Int32? {
    guard let thread, record.number(at: 0, as: UInt16.self).map({ UInt64($0) }) == number else {
      return nil
    }
    return record.number(at: thread, as: Int32.self)
  }

  /// Whose connect failed.
  public struct Tuple: Hashable, Sendable {
    /// The local address that was bound, or that the route gave.
    public var source: IPAddress
    /// The remote address.
    public var destination: IPAddress
    /// The remote port.
    public var port: UInt16
  }

  /// The addresses of a record, folded; nil when it is too short or of another family.
  public func tuple(_ record: Span<UInt8>) -> Tuple? {
    guard let port = record.number(at: port, as: UInt16.self) else { return nil }
    switch record.number(at: family, as: UInt16.self) {
    case Self.ipv4: return ipv4(record, port)
    case Self.ipv6:
      guard let destination = address(record, destinationIPv6),
        let source = address(record, sourceIPv6)
      else { return nil }
      // A mapped socket has its source where an IPv4 one has it, until it is connected.
      if destination.isIPv4 { return ipv4(record, port) }
      return Tuple(source: source, destination: destination, port: port)
    default: return nil
    }
  }

  private static var ipv4: UInt16 { 2 }
  private static var ipv6: UInt16 { 10 }

  private func ipv4(_ record: Span<UInt8>, _ port: UInt16) -> Tuple? {
    guard let source = record.number(at: source, as: UInt32.self),
      let destination = record.number(at: destination, as: UInt32.self)
    else { return nil }
    return Tuple(
      source: IPAddress(ipv4: source.byteSwapped),
      destination: IPAddress(ipv4: destination.byteSwapped),
      port: port)
  }

  private func address(_ record: Span<UInt8>, _ offset: Int) -> IPAddress? {
    guard let high = record.number(at: offset, as: UInt64.self),
      let low = record.number(at: offset + 8, as: UInt64.self)
    else { return nil }
    return IPAddress(high: high.byteSwapped, low: low.byteSwapped)
  }
}
