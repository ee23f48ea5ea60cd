/// Bounds-checked loads of integers at any alignment.
///
/// The shape follows SE-0525 (`RawSpan.load(fromByteOffset:as:_:)`), which arrives after Swift 6.3.
/// An offset out of bounds traps; callers check lengths first, so a trap is a bug of ours.
extension RawSpan {
  /// The integer at `offset` in host byte order.
  @inlinable
  public func load<Value: FixedWidthInteger & BitwiseCopyable>(
    fromByteOffset offset: Int, as type: Value.Type
  ) -> Value {
    // SAFETY: unsafeLoadUnaligned checks the bounds; integers are valid for every bit pattern.
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self)
  }

  /// The integer at `offset` in network byte order.
  @inlinable
  public func loadBigEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    fromByteOffset offset: Int, as type: Value.Type
  ) -> Value {
    Value(bigEndian: load(fromByteOffset: offset, as: type))
  }
}
