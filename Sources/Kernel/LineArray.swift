internal import Glibc

/// A growing array of plain values whose memory begins with a cache line; elements of a line's size lie
/// in one line each, which those of an `Array` do not.
///
/// From 2 MiB on the kernel is asked for huge pages, so that places far apart cost no walk through
/// page tables. Memory is given back by deinit alone.
@safe
public struct LineArray<Element: BitwiseCopyable>: ~Copyable {
  /// The number of elements.
  @inlinable public var count: Int { filled }
  @usableFromInline var filled: Int
  @usableFromInline var capacity: Int
  @usableFromInline var storage: UnsafeMutablePointer<Element>

  /// `count` times `value`.
  @inlinable
  public init(repeating value: Element, count: Int) {
    filled = count
    capacity = max(count, 1)
    // SAFETY: allocated here for at least `count` elements, and initialised with that many.
    unsafe storage = Self.allocate(capacity)
    unsafe storage.initialize(repeating: value, count: count)
  }

  // SAFETY: allocated by self, freed once.
  @inlinable
  deinit { unsafe storage.deallocate() }

  /// The elements.
  @inlinable public var span: Span<Element> {
    @_lifetime(borrow self)
    get {
      // SAFETY: `count` elements are initialised; the override ties the view to self.
      let span = unsafe Span(_unsafeStart: storage, count: filled)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The elements, to be changed in place.
  @inlinable public var mutableSpan: MutableSpan<Element> {
    @_lifetime(&self)
    mutating get {
      // SAFETY: as above; nobody else holds a view, because the call is mutating.
      let span = unsafe MutableSpan(_unsafeStart: storage, count: filled)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }

  /// Appends `value` until there are `count` elements; the memory at least doubles when it is too small.
  @inlinable
  public mutating func grow(to count: Int, with value: Element) {
    guard count > filled else { return }
    if count > capacity {
      let larger = max(count, capacity * 2)
      // SAFETY: `count` elements move to memory allocated for more; the old is freed once, here.
      let new = unsafe Self.allocate(larger)
      unsafe new.update(from: storage, count: filled)
      unsafe storage.deallocate()
      unsafe storage = new
      capacity = larger
    }
    // SAFETY: the capacity was just seen to suffice.
    unsafe (storage + filled).initialize(repeating: value, count: count - filled)
    filled = count
  }

  @inlinable
  static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Element> {
    // SAFETY: memory of its own for `capacity` elements; plain values need no other initialisation.
    unsafe allocateLines(byteCount: capacity * MemoryLayout<Element>.stride)
      .bindMemory(to: Element.self, capacity: capacity)
  }
}

/// Memory that begins with a cache line, or with a huge page if it is large enough for one.
@usableFromInline
func allocateLines(byteCount: Int) -> UnsafeMutableRawPointer {
  let lineByteCount = 64, hugePageByteCount = 2 << 20
  guard byteCount >= hugePageByteCount else {
    return UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: lineByteCount)
  }
  let bytes = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: hugePageByteCount)
  // SAFETY: memory that was just allocated, in its whole length. A refusal changes nothing but speed.
  _ = unsafe madvise(bytes, byteCount, MADV_HUGEPAGE)
  return unsafe bytes
}
