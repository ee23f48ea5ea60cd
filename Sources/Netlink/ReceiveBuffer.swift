/// The one buffer into which datagrams are received: allocated once, lent as a view.
///
/// 32 KiB is what the kernel fills at most per batch of a dump (32,364 bytes seen); less gives
/// smaller batches, more changes nothing (kernel-measured, both).
@safe
public struct ReceiveBuffer: ~Copyable {
  /// The bytes that fit.
  public let capacity: Int
  /// The bytes of the last datagram.
  public private(set) var byteCount = 0
  private let storage: UnsafeMutableRawPointer

  /// A buffer of `capacity` bytes.
  public init(capacity: Int = 32_768) {
    self.capacity = capacity
    // SAFETY: nobody else has the storage; it is freed once, by deinit.
    unsafe storage = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
  }

  deinit { unsafe storage.deallocate() }

  /// A view of the last datagram.
  @_lifetime(borrow self)
  public borrowing func bytes() -> RawSpan {
    // SAFETY: byteCount bytes were initialised by fill; the override ties the view to self.
    let span = unsafe RawSpan(_unsafeStart: storage, byteCount: byteCount)
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// Replaces the datagram by what `receive` writes; `receive` returns how many bytes it wrote.
  mutating func fill<Failure: Error>(
    _ receive: (UnsafeMutableRawPointer, Int) throws(Failure) -> Int
  ) throws(Failure) {
    byteCount = 0
    // SAFETY: the closure gets storage of `capacity` bytes and nobody else holds a view, because
    // the call is mutating.
    let count = try unsafe receive(storage, capacity)
    precondition((0...capacity).contains(count), "more bytes than fit")
    byteCount = count
  }

  /// Replaces the datagram by a copy of `datagram`; false when it does not fit.
  public mutating func fill(with datagram: [UInt8]) -> Bool {
    guard datagram.count <= capacity else { return false }
    unsafe fill { destination, _ in
      // SAFETY: the source has `count` bytes, which fit, and is other memory.
      unsafe datagram.withUnsafeBytes {
        unsafe destination.copyMemory(
          from: $0.baseAddress ?? UnsafeRawPointer(destination), byteCount: datagram.count)
      }
      return datagram.count
    }
    return true
  }
}
