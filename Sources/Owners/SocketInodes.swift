/// Inodes of sockets that somebody asks for, each with a number: who holds it, as far as that was found.
///
///     word   63: held by several · 62…32: number, 0 for none yet · 31…0: inode; 0 is an empty place
///
/// Open addressed, a power of two of 8-byte words, at most three quarters full: 11 to 21 bytes an inode.
/// It grows when asked for more, never while links are read.
public struct SocketInodes: Sendable {
  private var words: [UInt64]
  private var shift: UInt64
  private let multiplier: UInt64
  /// The inodes asked for.
  public private(set) var count = 0
  /// Those that have no number yet.
  public private(set) var unclaimedCount = 0
  /// Those that more than one holder was seen with.
  public private(set) var sharedCount = 0

  private static var sharedBit: UInt64 { 1 << 63 }
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

  /// Asks for `inode`; 0, which is no inode, is not asked for. With `number` it is claimed already.
  public mutating func insert(_ inode: UInt32, number: UInt32 = 0) {
    guard inode != 0 else { return }
    if (count + 1) * 4 > words.count * 3 { grow() }
    let position = place(of: inode)
    guard words[position] == 0 else { return }
    words[position] = UInt64(min(number, Self.largestNumber)) << 32 | UInt64(inode)
    count += 1
    if number == 0 { unclaimedCount += 1 }
  }

  /// Gives those of `inodes` that are asked for the number `number`, if they have none; the first claim counts,
  /// another one makes the inode shared. Returns how many were asked for.
  public mutating func claim(_ inodes: Span<UInt32>, for number: UInt32) -> Int {
    var hits = 0
    let tag = UInt64(min(number, Self.largestNumber)) << 32
    for index in inodes.indices {
      let position = place(of: inodes[index])
      let word = words[position]
      if word == 0 { continue }
      hits += 1
      let owner = word & ~Self.sharedBit & ~Self.inodeMask
      if owner == 0 {
        words[position] = word | tag
        unclaimedCount -= 1
      } else if owner != tag, word & Self.sharedBit == 0 {
        words[position] = word | Self.sharedBit
        sharedCount += 1
      }
    }
    return hits
  }

  /// The number of `inode`; 0 when it was asked for and nobody has claimed it; nil when it was not.
  public func number(of inode: UInt32) -> UInt32? {
    let word = words[place(of: inode)]
    guard word != 0, inode != 0 else { return nil }
    return UInt32(truncatingIfNeeded: word >> 32) & Self.largestNumber
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
