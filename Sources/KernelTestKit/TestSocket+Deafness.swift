import Glibc
public import Kernel

extension TestSocket {
  /// Makes the socket deaf: every packet that arrives for it is dropped before TCP sees it.
  ///
  /// A classic filter of one instruction, "accept 0 bytes", on the receiving socket. No firewall, no
  /// lossy device and no privilege: a FIN sent to a deaf peer is lost, and sent again, at our will.
  /// Source: net/ipv4/tcp_ipv4.c, tcp_v4_rcv(), tcp_filter().
  public func goDeaf() throws(SystemCallError) {
    // struct sock_filter: BPF_RET | BPF_K, no jumps, k 0.
    var instruction = FilterInstruction(code: 0x06, ifTrue: 0, ifFalse: 0, operand: 0)
    let status = unsafe withUnsafePointer(to: &instruction) { pointer in
      var program = unsafe FilterProgram(count: 1, instructions: pointer)
      // SAFETY: the kernel copies both structs within the call; they have its layout.
      return unsafe setsockopt(
        descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program,
        socklen_t(MemoryLayout<FilterProgram>.size))
    }
    try check("make deaf") { status }
  }

  /// Hears again.
  public func goHearing() throws(SystemCallError) { try set(SOL_SOCKET, SO_DETACH_FILTER, 0) }
}

/// struct sock_filter of include/uapi/linux/filter.h.
private struct FilterInstruction {
  var code: UInt16
  var ifTrue: UInt8
  var ifFalse: UInt8
  var operand: UInt32
}

/// struct sock_fprog of include/uapi/linux/filter.h.
@unsafe
private struct FilterProgram {
  var count: UInt16
  var instructions: UnsafePointer<FilterInstruction>
}
