/// Who holds each of some sockets, which are called by their numbers in `SocketInodes`, as far as that was found.
///
/// The first claim counts; another holder's makes the socket shared. 4 bytes a socket, and some more for each
/// that is shared where all holders are asked for.
public struct SocketHolders: Sendable {
  /// By number, less 1: the first holder, 0 for none yet; the top bit for one that is shared.
  private var words: [UInt32]
  /// All holders of those that are shared, the first included.
  private var others: [UInt32: [UInt32]] = [:]
  private let keepsAll: Bool
  /// Those that have no holder yet.
  public private(set) var unclaimedCount: Int
  /// Those that more than one holder was seen with.
  public private(set) var sharedCount = 0

  private static var sharedBit: UInt32 { 1 << 31 }
  /// The largest number of a holder.
  public static var largestHolder: UInt32 { 0x7fff_ffff }

  /// Nobody holds the sockets from 1 to `count`. `keepsAll`: all holders are remembered, not only the first.
  public init(count: Int, keepsAll: Bool = false) {
    words = Array(repeating: 0, count: count)
    unclaimedCount = count
    self.keepsAll = keepsAll
  }

  /// Gives the sockets with these numbers to `holder`, from 1 to `largestHolder`; a socket may be named again.
  public mutating func claim(_ numbers: ArraySlice<UInt32>, for holder: UInt32) {
    let holder = min(holder, Self.largestHolder)
    for number in numbers where number > 0 && Int(number) <= words.count {
      let index = Int(number) - 1
      let word = words[index], first = word & ~Self.sharedBit
      if word == 0 {
        words[index] = holder
        unclaimedCount -= 1
        continue
      }
      if first == holder { continue }
      if word & Self.sharedBit == 0 {
        words[index] = word | Self.sharedBit
        sharedCount += 1
      }
      guard keepsAll, others[number]?.last != holder else { continue }
      others[number, default: [first]].append(holder)
    }
  }

  /// The first holder of the socket with this number; 0 when nobody was found, or there is no such socket.
  public func first(_ number: UInt32) -> UInt32 {
    number == 0 || Int(number) > words.count ? 0 : words[Int(number) - 1] & ~Self.sharedBit
  }

  /// Whether more than one holder was seen with the socket with this number.
  public func isShared(_ number: UInt32) -> Bool {
    number > 0 && Int(number) <= words.count && words[Int(number) - 1] & Self.sharedBit != 0
  }

  /// All holders of the socket with this number, in the order of their claims; the first one alone where not all
  /// are kept.
  public func all(_ number: UInt32) -> [UInt32] {
    if let holders = others[number] { return holders }
    let holder = first(number)
    return holder == 0 ? [] : [holder]
  }
}
