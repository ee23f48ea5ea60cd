public import Netlink

extension ReceiveBuffer {
  /// A buffer of exactly the size of `datagram`, which it holds: a read past its end is one past the
  /// end of its allocation, where a sanitizer sees it.
  public init(holding datagram: [UInt8]) {
    self.init(capacity: max(datagram.count, 1))
    let fits = fill(with: datagram)
    precondition(fits, "the capacity was taken from the datagram")
  }
}
