/// Where the fields of sock_diag's structs stand. CKernel.h asserts each against the kernel's header.
///
///     0        1       2       3         4                   52        56       60       64    68
///     ┌────────┬───────┬───────┬─────────┬───────────────────┬─────────┬────────┬────────┬─────┬───────┐
///     │ family │ state │ timer │ retrans │ sockid (48 bytes) │ expires │ rqueue │ wqueue │ uid │ inode │
///     └────────┴───────┴───────┴─────────┴───────────────────┴─────────┴────────┴────────┴─────┴───────┘
///       struct inet_diag_msg, 72 bytes, host byte order but for the sockid; attributes follow
///
///     +0      +2      +4                 +20                +36  +40
///     ┌───────┬───────┬──────────────────┬──────────────────┬────┬────────────────┐
///     │ sport │ dport │ source (16 bytes)│ destination (16) │ if │ cookie (2 × 4) │
///     └───────┴───────┴──────────────────┴──────────────────┴────┴────────────────┘
///       struct inet_diag_sockid: ports and addresses in network byte order, an IPv4 address in the
///       first 4 of its 16 bytes; interface index and cookie in host byte order
///
/// Source: include/uapi/linux/inet_diag.h.
@usableFromInline
enum InetDiagLayout {
  @inlinable static var rowByteCount: Int { 72 }
  @inlinable static var family: Int { 0 }
  @inlinable static var state: Int { 1 }
  @inlinable static var timer: Int { 2 }
  @inlinable static var sourcePort: Int { 4 }
  @inlinable static var destinationPort: Int { 6 }
  @inlinable static var source: Int { 8 }
  @inlinable static var destination: Int { 24 }
  @inlinable static var interface: Int { 40 }
  @inlinable static var cookie: Int { 44 }
  @inlinable static var expires: Int { 52 }
  @inlinable static var receiveQueue: Int { 56 }
  @inlinable static var sendQueue: Int { 60 }
  @inlinable static var uid: Int { 64 }
  @inlinable static var inode: Int { 68 }

  /// AF_INET and AF_INET6.
  @inlinable static var familyIPv4: UInt8 { 2 }
  @inlinable static var familyIPv6: UInt8 { 10 }

  /// idiag_timer of a TIME_WAIT minisock, whichever of the two states it shows.
  @inlinable static var timerOfMinisock: UInt8 { 3 }

  static let sockidByteCount = 48

  /// Attribute numbers of a reply.
  static let attributeV6Only: UInt16 = 11
  static let attributeCgroupID: UInt16 = 21

  /// Attribute numbers of a request.
  static let requestBytecode: UInt16 = 1
  static let requestProtocol: UInt16 = 3
}
