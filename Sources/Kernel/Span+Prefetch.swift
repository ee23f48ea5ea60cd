public import CKernel

extension Span where Element: BitwiseCopyable {
  /// Asks for the cache line of the element at `index`, and waits for nothing.
  @inlinable
  @inline(__always)
  public func prefetch(_ index: Int) {
    // SAFETY: a hint about an address: nothing is read, whatever the index.
    unsafe withUnsafeBufferPointer { elements in
      guard let first = elements.baseAddress else { return }
      unsafe CKernel_prefetch(first + index)
    }
  }
}

extension MutableSpan where Element: BitwiseCopyable {
  /// Asks for the cache line of the element at `index`, and waits for nothing.
  @inlinable
  @inline(__always)
  public func prefetch(_ index: Int) {
    // SAFETY: a hint about an address: nothing is read, whatever the index.
    unsafe withUnsafeBufferPointer { elements in
      guard let first = elements.baseAddress else { return }
      unsafe CKernel_prefetch(first + index)
    }
  }
}
