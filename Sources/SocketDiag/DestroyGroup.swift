internal import Inet
public import Netlink

/// Connects that failed for want of a port, told when their sockets are closed: for a program without the
/// rights that the exact count takes. Needs no privilege.
///
/// The kernel multicasts every TCP socket that it frees; a filter in the kernel lets those through that have
/// a destination and no source port. What it cannot see: other namespaces, the destination's port, the
/// owner, and a failed attempt whose socket then connected after all. Our own probes are counted too. Costs
/// about 1 µs for each socket that anybody closes in the namespace.
///
/// NB: keeps the namespace alive, as every netlink socket does; see `FailureWatch`. Source:
/// net/core/sock_diag.c, sock_diag_broadcast_destroy().
public struct DestroyGroup: ~Copyable {
  /// What was heard since the last time.
  public struct Heard: Hashable, Sendable {
    /// Failed connects.
    public var failures = 0
    /// Whether some more were lost, nobody knows how many.
    public var hasLost = false
  }

  private var listener: GroupListener
  private var buffer = ReceiveBuffer(capacity: 4096)

  /// Some thousand messages between two looks: one takes about 1.3 KB of the buffer.
  private static var bufferByteCount: Int { 4 << 20 }
  private static var netlinkSocketDiagnostics: Int32 { 4 }
  /// SOCK_DIAG_BY_FAMILY, the type of every message.
  private static var socketDiagnosticsByFamily: UInt16 { 20 }
  /// SKNLGRP_INET_TCP_DESTROY and SKNLGRP_INET6_TCP_DESTROY.
  private static var groups: [UInt32] { [1, 3] }

  /// Listens in the calling thread's namespace.
  public init() throws(NetlinkError) {
    listener = try GroupListener(
      family: Self.netlinkSocketDiagnostics, groups: Self.groups, program: Self.program,
      bufferByteCount: Self.bufferByteCount)
  }

  /// Hears what was told since the last time; no more than `limit` messages, so that it ends. The others
  /// wait.
  public mutating func hear(atMost limit: Int = 16_384) throws(NetlinkError) -> Heard {
    var heard = Heard()
    for _ in 0..<limit {
      switch try listener.listen(into: &buffer) {
      case .nothing: return heard
      case .lost: heard.hasLost = true
      case .message: heard.failures += Self.failures(buffer)
      }
    }
    return heard
  }

  /// Failed connects in a datagram: what the filter lets through, looked at again.
  static func failures(_ buffer: borrowing ReceiveBuffer) -> Int {
    var count = 0
    var messages = MessageCursor(buffer.bytes())
    do throws(FrameError) {
      while let message = try messages.next() {
        guard message.type.rawValue == socketDiagnosticsByFamily else { continue }
        let row = try SocketRow(message.payload, at: message.payloadOffset)
        if row.sourcePort == 0, !row.destination.isWildcard { count += 1 }
      }
    } catch {
      // Damaged, or cut: what came before is good.
    }
    return count
  }

  /// Accepts messages with source port 0 and a destination.
  ///
  /// Offsets are those of the datagram: 16 bytes of header, then the row (`InetDiagLayout`).
  static var program: [GroupListener.Instruction] {
    let port = UInt32(16 + InetDiagLayout.sourcePort)
    let destination = UInt32(16 + InetDiagLayout.destination)
    return [
      .init(loadHalf, port), .init(jumpIfEqual, 0, ifFalse: 8),
      .init(loadWord, destination), .init(jumpIfEqual, 0, ifFalse: 7),
      .init(loadWord, destination + 4), .init(jumpIfEqual, 0, ifFalse: 5),
      .init(loadWord, destination + 8), .init(jumpIfEqual, 0, ifFalse: 3),
      .init(loadWord, destination + 12), .init(jumpIfEqual, 0, ifFalse: 1),
      .init(accept, 0), .init(accept, .max),
    ]
  }

  /// BPF_LD | BPF_H | BPF_ABS, BPF_LD | BPF_W | BPF_ABS, BPF_JMP | BPF_JEQ | BPF_K, BPF_RET | BPF_K.
  private static var loadHalf: UInt16 { 0x28 }
  private static var loadWord: UInt16 { 0x20 }
  private static var jumpIfEqual: UInt16 { 0x15 }
  private static var accept: UInt16 { 0x06 }
}
