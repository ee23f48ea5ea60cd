public import Inet
public import Netlink

/// One socket as the kernel reports it, read in place from the receive buffer.
///
/// A view: it can neither be stored nor outlive its datagram, and reading a field costs one load.
/// Addresses are folded: a v4-mapped IPv6 address *is* its IPv4 address (`isMapped` tells).
/// TIME_WAIT rows and orphans carry uid 0 and inode 0, which mean "unknown" there.
public struct SocketRow: ~Escapable {
  @usableFromInline let bytes: RawSpan

  /// A row over the payload of a data message; throws when it is shorter than the struct.
  @inlinable
  @_lifetime(copy payload)
  public init(_ payload: RawSpan, at offset: Int) throws(FrameError) {
    guard payload.byteCount >= InetDiagLayout.rowByteCount else {
      throw FrameError.shortPayload(
        offset: offset, needed: InetDiagLayout.rowByteCount, available: payload.byteCount)
    }
    bytes = payload
  }

  /// A row over bytes that were seen to be enough.
  @inlinable
  @inline(__always)
  @_lifetime(copy bytes)
  init(complete bytes: RawSpan) { self.bytes = bytes }

  /// idiag_family as it came: AF_INET 2 or AF_INET6 10.
  @inlinable public var rawFamily: UInt8 {
    bytes.load(fromByteOffset: InetDiagLayout.family, as: UInt8.self)
  }

  /// idiag_state as it came: 1 to 11; 7 stands for bound-inactive in such a dump.
  @inlinable public var rawState: UInt8 {
    bytes.load(fromByteOffset: InetDiagLayout.state, as: UInt8.self)
  }

  /// The state; nil for a number that no kernel documents.
  @inlinable public var state: SocketState? { SocketState(rawValue: rawState) }

  /// Whether this is a minisock: TIME_WAIT, or an orphan in FIN_WAIT2 (idiag_timer 3).
  @inlinable public var isMinisock: Bool {
    bytes.load(fromByteOffset: InetDiagLayout.timer, as: UInt8.self)
      == InetDiagLayout.timerOfMinisock
  }

  /// The local port.
  @inlinable public var sourcePort: UInt16 {
    bytes.loadBigEndian(fromByteOffset: InetDiagLayout.sourcePort, as: UInt16.self)
  }

  /// The remote port; 0 when not connected.
  @inlinable public var destinationPort: UInt16 {
    bytes.loadBigEndian(fromByteOffset: InetDiagLayout.destinationPort, as: UInt16.self)
  }

  /// The local address, folded.
  @inlinable
  @inline(__always)
  public var source: IPAddress { address(at: InetDiagLayout.source) }

  /// The remote address, folded.
  @inlinable
  @inline(__always)
  public var destination: IPAddress { address(at: InetDiagLayout.destination) }

  /// The bits of both addresses of an AF_INET socket; nil for an AF_INET6 one, mapped or not.
  @inlinable
  @inline(__always)
  public var ipv4Bits: (source: UInt32, destination: UInt32)? {
    guard rawFamily == InetDiagLayout.familyIPv4 else { return nil }
    return (
      bytes.loadBigEndian(fromByteOffset: InetDiagLayout.source, as: UInt32.self),
      bytes.loadBigEndian(fromByteOffset: InetDiagLayout.destination, as: UInt32.self)
    )
  }

  /// Whether an AF_INET6 socket uses IPv4 addresses.
  @inlinable public var isMapped: Bool {
    rawFamily == InetDiagLayout.familyIPv6 && source.isIPv4
  }

  /// The index of the interface that the socket is bound to, or of its scope; 0 for none.
  @inlinable public var interface: UInt32 {
    bytes.load(fromByteOffset: InetDiagLayout.interface, as: UInt32.self)
  }

  /// The socket's cookie: unique per boot, kept from the live socket into its TIME_WAIT.
  @inlinable public var cookie: UInt64 {
    bytes.load(fromByteOffset: InetDiagLayout.cookie, as: UInt64.self)
  }

  /// idiag_expires: milliseconds until the timer fires; for minisocks, of life left.
  @inlinable public var expiresMilliseconds: UInt32 {
    bytes.load(fromByteOffset: InetDiagLayout.expires, as: UInt32.self)
  }

  /// idiag_rqueue: bytes waiting to be read; for listeners, connections waiting for accept().
  @inlinable public var receiveQueue: UInt32 {
    bytes.load(fromByteOffset: InetDiagLayout.receiveQueue, as: UInt32.self)
  }

  /// idiag_wqueue: bytes not yet acknowledged; for listeners, the backlog's limit.
  @inlinable public var sendQueue: UInt32 {
    bytes.load(fromByteOffset: InetDiagLayout.sendQueue, as: UInt32.self)
  }

  /// The owner's user id; 0 is "unknown" for minisocks.
  @inlinable public var uid: UInt32 {
    bytes.load(fromByteOffset: InetDiagLayout.uid, as: UInt32.self)
  }

  /// The socket's inode; 0 for minisocks, orphans and connections not yet accepted.
  @inlinable public var inode: UInt32 {
    bytes.load(fromByteOffset: InetDiagLayout.inode, as: UInt32.self)
  }

  @inlinable
  @inline(__always)
  func address(at offset: Int) -> IPAddress {
    if rawFamily == InetDiagLayout.familyIPv4 {
      return IPAddress(ipv4: bytes.loadBigEndian(fromByteOffset: offset, as: UInt32.self))
    }
    return IPAddress(
      high: bytes.loadBigEndian(fromByteOffset: offset, as: UInt64.self),
      low: bytes.loadBigEndian(fromByteOffset: offset + 8, as: UInt64.self))
  }
}

extension SocketRow {
  /// Whether an IPv6 socket is v6only; reported for sockets that listen or are not connected, and
  /// nil for all others.
  public var isV6Only: Bool? {
    attributeByte(InetDiagLayout.attributeV6Only).map { $0 != 0 }
  }

  /// The id of the cgroup (v2) in which the socket was created; nil for minisocks (5.8).
  public var cgroupID: UInt64? {
    var result: UInt64?
    withAttribute(InetDiagLayout.attributeCgroupID) { value in
      if value.byteCount >= 8 { result = value.load(fromByteOffset: 0, as: UInt64.self) }
    }
    return result
  }

  private func attributeByte(_ type: UInt16) -> UInt8? {
    var result: UInt8?
    withAttribute(type) { value in
      if value.byteCount >= 1 { result = value.load(fromByteOffset: 0, as: UInt8.self) }
    }
    return result
  }

  /// Calls `body` with the value of the first attribute of `type`; damaged attributes end the search.
  private func withAttribute(_ type: UInt16, _ body: (RawSpan) -> Void) {
    var attributes = AttributeCursor(bytes.extracting(InetDiagLayout.rowByteCount...))
    do throws(FrameError) {
      while let attribute = try attributes.next() {
        guard attribute.type == type else { continue }
        return body(attribute.value)
      }
    } catch {}
  }
}
