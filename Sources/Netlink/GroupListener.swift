internal import CKernel
internal import Glibc
internal import Kernel

/// A netlink socket that hears multicasts of the namespace in which its thread opened it, through a filter
/// in the kernel. Never waits.
///
/// NB: it stays with that namespace and keeps it alive.
public struct GroupListener: ~Copyable, Sendable {
  /// One instruction of a classic BPF program: see include/uapi/linux/bpf_common.h.
  public struct Instruction: Hashable, Sendable {
    var code: UInt16
    var ifTrue: UInt8
    var ifFalse: UInt8
    var operand: UInt32

    /// The instruction given.
    public init(_ code: UInt16, _ operand: UInt32, ifTrue: UInt8 = 0, ifFalse: UInt8 = 0) {
      self.code = code
      self.operand = operand
      self.ifTrue = ifTrue
      self.ifFalse = ifFalse
    }
  }

  /// What a look finds.
  public enum Heard: Hashable, Sendable {
    /// A datagram; it is in the buffer.
    case message
    /// Some were lost, nobody knows how many: the receive buffer was full (ENOBUFS).
    case lost
    /// Nothing more for now.
    case nothing
  }

  private let descriptor: Descriptor

  /// Joins `groups` (by number, from 1) of a netlink family; only what `program` accepts is heard.
  public init(
    family: Int32, groups: [UInt32], program: [Instruction], bufferByteCount: Int
  ) throws(NetlinkError) {
    let mask = groups.reduce(0 as UInt32) { $0 | 1 << ($1 - 1) }
    let filter = program.map {
      sock_filter(code: $0.code, jt: $0.ifTrue, jf: $0.ifFalse, k: $0.operand)
    }
    // SAFETY: the array lives for the call, in which the kernel copies it.
    let number = unsafe filter.withUnsafeBufferPointer {
      unsafe CKernel_netlink_listener(
        family, mask, $0.baseAddress, UInt16(clamping: $0.count), Int32(clamping: bufferByteCount))
    }
    guard number >= 0 else {
      throw NetlinkError("listen to netlink groups", .system(Errno.last))
    }
    descriptor = Descriptor(owning: number)
  }

  /// The next datagram, if there is one; what does not fit into the buffer is cut.
  public mutating func listen(
    into buffer: inout ReceiveBuffer
  ) throws(NetlinkError) -> Heard {
    var heard = Heard.message
    try unsafe buffer.fill { (destination, capacity) throws(NetlinkError) in
      while true {
        // SAFETY: the destination has `capacity` bytes.
        let count = unsafe recv(descriptor.number, destination, capacity, Int32(MSG_DONTWAIT))
        if count >= 0 { return count }
        switch Errno.last {
        case .interrupted: continue
        case .again:
          heard = .nothing
          return 0
        case .noBufferSpace:
          heard = .lost
          return 0
        case let errno: throw NetlinkError("hear netlink groups", .system(errno))
        }
      }
    }
    return heard
  }
}
