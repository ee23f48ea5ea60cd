public import Netlink

extension PlainReplies {
  /// The next row without its attributes, as `peek` gives it.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public mutating func peekRow() -> SocketRow? {
    guard let bytes = peek(InetDiagLayout.rowByteCount) else { return nil }
    return SocketRow(complete: bytes)
  }
}

extension ReplyCursor {
  /// The next socket row; nil at the end of the datagram or of the dump.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public mutating func nextRow() throws(NetlinkError) -> SocketRow? {
    guard let message = try next() else { return nil }
    do throws(FrameError) {
      return try SocketRow(message.payload, at: message.payloadOffset)
    } catch {
      throw NetlinkError(expectation.operation, .frame(error))
    }
  }
}
