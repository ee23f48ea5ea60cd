import Glibc
public import Inet

/// An address and a port, and the family of the socket that shall use it.
public struct Endpoint: Hashable, Sendable {
  /// The address.
  public var address: IPAddress
  /// The port; 0 lets the kernel choose.
  public var port: UInt16
  /// Whether an IPv4 address is used through an AF_INET6 socket, as a mapped one.
  public var isMapped: Bool

  /// An endpoint; `isMapped` matters for IPv4 addresses alone.
  public init(_ address: IPAddress, _ port: UInt16 = 0, isMapped: Bool = false) {
    self.address = address
    self.port = port
    self.isMapped = isMapped
  }

  /// 127.0.0.1.
  public static func loopback(_ port: UInt16 = 0) -> Endpoint {
    Endpoint(IPAddress(ipv4: 0x7f00_0001), port)
  }

  /// ::ffff:127.0.0.1.
  public static func mappedLoopback(_ port: UInt16 = 0) -> Endpoint {
    Endpoint(IPAddress(ipv4: 0x7f00_0001), port, isMapped: true)
  }

  /// ::1.
  public static func loopbackIPv6(_ port: UInt16 = 0) -> Endpoint {
    Endpoint(IPAddress(high: 0, low: 1), port)
  }

  /// Whether it takes an AF_INET6 socket.
  public var isIPv6Socket: Bool { family == AF_INET6 }

  /// AF_INET or AF_INET6.
  var family: Int32 { address.isIPv4 && !isMapped ? AF_INET : AF_INET6 }

  /// Lends the endpoint as a sockaddr.
  func withSocketAddress<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var storage = sockaddr_storage()
    return unsafe withUnsafeMutablePointer(to: &storage) { storage in
      let raw = UnsafeMutableRawPointer(storage)
      let length: Int
      // SAFETY: sockaddr_storage is as large and as aligned as either address needs.
      if family == AF_INET {
        let address = unsafe raw.assumingMemoryBound(to: sockaddr_in.self)
        unsafe address.pointee.sin_family = sa_family_t(AF_INET)
        unsafe address.pointee.sin_port = port.bigEndian
        unsafe address.pointee.sin_addr.s_addr =
          UInt32(truncatingIfNeeded: self.address.low).bigEndian
        length = MemoryLayout<sockaddr_in>.size
      } else {
        let address = unsafe raw.assumingMemoryBound(to: sockaddr_in6.self)
        unsafe address.pointee.sin6_family = sa_family_t(AF_INET6)
        unsafe address.pointee.sin6_port = port.bigEndian
        unsafe withUnsafeMutableBytes(of: &address.pointee.sin6_addr) { bytes in
          unsafe bytes.storeBytes(of: self.address.high.bigEndian, as: UInt64.self)
          unsafe bytes.storeBytes(
            of: self.address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        length = MemoryLayout<sockaddr_in6>.size
      }
      return unsafe body(
        UnsafeRawPointer(storage).assumingMemoryBound(to: sockaddr.self), socklen_t(length))
    }
  }

  /// The endpoint that `read` (getsockname, getpeername, accept) fills in.
  static func reading(
    _ read: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> Endpoint? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return unsafe withUnsafeMutablePointer(to: &storage) { storage in
      let raw = UnsafeMutableRawPointer(storage)
      // SAFETY: the storage holds any address, and its family says which one was written.
      guard unsafe read(raw.assumingMemoryBound(to: sockaddr.self), &length) >= 0 else {
        return nil
      }
      if unsafe Int32(storage.pointee.ss_family) == AF_INET {
        let address = unsafe raw.assumingMemoryBound(to: sockaddr_in.self).pointee
        return Endpoint(
          IPAddress(ipv4: UInt32(bigEndian: address.sin_addr.s_addr)),
          UInt16(bigEndian: address.sin_port))
      }
      let address = unsafe raw.assumingMemoryBound(to: sockaddr_in6.self).pointee
      return unsafe withUnsafeBytes(of: address.sin6_addr) { bytes in
        let halves = unsafe (
          UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
          UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
        let folded = IPAddress(high: halves.0, low: halves.1)
        return Endpoint(folded, UInt16(bigEndian: address.sin6_port), isMapped: folded.isIPv4)
      }
    }
  }
}
