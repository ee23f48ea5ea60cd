/// Inodes of sockets that somebody asks for, numbered from 1 in the order of their arrival.
///
///     word   63…32: number · 31…0: inode; 0 is an empty place
///
/// Open addressed, a power of two of 8-byte words, at most three quarters full: 11 to 21 bytes an inode.
/// It grows when asked for more, never while links are read, which several threads may do at once.
public struct SocketInodes: Sendable {
  private var words: [UInt64]
  private var shift: UInt64
  private let multiplier: UInt64
  /// The inodes asked for; the last one's number.
  public private(set) var count = 0

  private static var inodeMask: UInt64 { 0xffff_ffff }
  /// The largest number.
  public static var largestNumber: UInt32 { 0x7fff_ffff }

  /// No inode.
  public init() {
    words = Array(repeating: 0, count: 1024)
    shift = 64 - 10
    multiplier = UInt64.random(in: .min ... .max) | 1
  }

  /// The bytes of the table.
  public var byteCount: Int { words.count * MemoryLayout<UInt64>.stride }

  /// Asks for `inode`; its number, which is that of the first time. 0, which is no inode, has number 0.
  @discardableResult
  public mutating func insert(_ inode: UInt32) -> UInt32 {
    guard inode != 0 else { return 0 }
    if (count + 1) * 4 > words.count * 3 { grow() }
    let position = place(of: inode)
    if words[position] != 0 { return UInt32(truncatingIfNeeded: words[position] >> 32) }
    guard count < Int(Self.largestNumber) else { return 0 }
    count += 1
    words[position] = UInt64(count) << 32 | UInt64(inode)
    return UInt32(truncatingIfNeeded: count)
  }

  /// The number of `inode`; 0 when it was not asked for.
  public func number(of inode: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: words[place(of: inode)] >> 32)
  }

  /// Where `inode` is, or would be.
  private func place(of inode: UInt32) -> Int {
    let mask = words.count - 1
    var position = Int(truncatingIfNeeded: (UInt64(inode) &* multiplier) >> shift)
    while words[position] != 0, words[position] & Self.inodeMask != UInt64(inode) {
      position = (position + 1) & mask
    }
    return position
  }

  private mutating func grow() {
    let old = words
    words = Array(repeating: 0, count: old.count * 2)
    shift -= 1
    for word in old where word != 0 {
      words[place(of: UInt32(truncatingIfNeeded: word))] = word
    }
  }
}
