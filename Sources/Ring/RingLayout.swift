/// The one place that says where what stands in a ring file. Layout version 1, little-endian.
///
///     0                4096
///     ┌────────────────┬─────────────────┬─────────────────┬─────┐
///     │ header         │ slots of tier 0 │ slots of tier 1 │  …  │
///     └────────────────┴─────────────────┴─────────────────┴─────┘
///
/// **Header.** 64-bit words; what is not drawn is zero. Everything up to the checksum changes only when
/// another writer takes the file over; what follows at 1024 changes all the time and is not summed.
///
///     0     magic "ULLAGERG"        8    layout version       16   header byte count (4096)
///     24    kind: bit 0 recording, bit 1 mirror
///     32    boot id, 2 words        48   namespace cookie
///     56    namespace inode         64   namespace name, 64 bytes of UTF-8, filled up with zeros
///     128   host name, 64 bytes     192  writer's process id  200  writer's start, realtime ns
///     208   interval ns             216  tier count           256  tier table, 8 entries of 64 bytes
///     768   CRC-32C of the bytes 0 ..< 768
///     1024  heartbeat, realtime ns  1032 heartbeat, monotonic ns
///     1040  state (bit 0: closed cleanly)                     1048 slots lost by writers that died
///     1088  heads, 8 words: the number of slots ever published in each tier
///
/// **Tier entry.** `fileOffset` is where its first slot stands; it follows from the entries before.
///
///     +0 kind   +8 step ns   +16 slot byte count   +24 slot count   +32 file offset   +40 zero
///
/// **Slot** of number n, at `fileOffset + (n % slotCount) * slotByteCount`:
///
///     0          8                       16         24         32
///     ┌──────────┬───────────┬───────────┬──────────┬──────────┬───────────────────────┬╌╌╌╌╌╌╌╌╌╌┐
///     │ sequence │ words  32 │ CRC    32 │ reserved │ reserved │ payload: `words` × 8  │ left-over│
///     └──────────┴───────────┴───────────┴──────────┴──────────┴───────────────────────┴╌╌╌╌╌╌╌╌╌╌┘
///
///     sequence  0: never written · 2n + 1: n is being written · 2n + 2: n is published
///     CRC       CRC-32C of n and of `words`, as 8 bytes each, then of the payload
///
/// The writer stores the odd sequence, the rest, the even sequence, the head: in this order.
///
/// A **recording** (kind, bit 0) does not go round, it goes on: what in a ring is all of the file behind the
/// header is a segment, and the next round of a tier stands in the next one. Of a tier of k slots
///
///     0        4096                         4096 + S                      4096 + 2 S
///     ┌────────┬──────────────┬─────────────┬──────────────┬──────────────┬╌╌╌╌╌╌╌╌╌╌
///     │ header │ tier 0: 0..k │ tier 1: 0.. │ tier 0: k..2k│ tier 1: …    │
///     └────────┴──────────────┴─────────────┴──────────────┴──────────────┴╌╌╌╌╌╌╌╌╌╌
///                └── segment 0, S bytes ──┘   └── segment 1 ────────────┘
///
/// slot n stands at `4096 + n / k * S + (fileOffset - 4096) + n % k * slotByteCount`. The file is as long as
/// what was written; places that were not come to are holes in it, or beyond its end. A writer that dies
/// between a slot and its head has published it: the slot at the head counts if it is whole.
public enum RingLayout {
  /// "ULLAGERG", as a word.
  public static let magic: UInt64 = 0x4752_4547_414c_4c55
  /// The version this program reads and writes. Any change of this page makes another.
  public static let version: UInt64 = 1
  /// Bytes before the first slot.
  public static let headerByteCount = 4096

  static let magicOffset = 0
  static let versionOffset = 8
  static let headerByteCountOffset = 16
  static let kindOffset = 24
  static let bootIDOffset = 32
  static let namespaceCookieOffset = 48
  static let namespaceInodeOffset = 56
  static let namespaceNameOffset = 64
  static let hostNameOffset = 128
  static let writerPIDOffset = 192
  static let writerStartOffset = 200
  static let intervalOffset = 208
  static let tierCountOffset = 216
  static let tierTableOffset = 256
  static let checksumOffset = 768
  static let heartbeatRealtimeOffset = 1024
  static let heartbeatMonotonicOffset = 1032
  static let stateOffset = 1040
  static let lostSlotsOffset = 1048
  static let headsOffset = 1088

  /// Bytes of a name, all of which may be text.
  static let nameByteCount = 64
  /// Bit 0 of the kind: the file grows by appending.
  static let recordingKind: UInt64 = 1
  /// Bit 1 of the kind: the copy of a ring elsewhere.
  static let mirrorKind: UInt64 = 2
  /// Bit 0 of the state: the writer ended in good order.
  static let closedCleanlyState: UInt64 = 1

  /// The most tiers a file can have.
  public static let tierCountMax = 8
  static let tierEntryByteCount = 64
  static let tierKindOffset = 0
  static let tierStepOffset = 8
  static let tierSlotByteCountOffset = 16
  static let tierSlotCountOffset = 24
  static let tierFileOffsetOffset = 32

  /// Words of a slot before its payload.
  public static let slotHeaderWordCount = 4
  static let slotHeaderByteCount = slotHeaderWordCount * 8
  static let sequenceWord = 0
  static let lengthAndChecksumWord = 1

  /// A slot number never reaches this, so that twice of it is still a word.
  static let numberLimit: UInt64 = 1 << 62

  /// The sequence of a slot while `number` is written into it.
  static func writing(_ number: UInt64) -> UInt64 { 2 * number + 1 }
  /// The sequence of a slot that holds `number`.
  static func published(_ number: UInt64) -> UInt64 { 2 * number + 2 }
  /// The number that a sequence other than 0 speaks of.
  static func number(of sequence: UInt64) -> UInt64 { (sequence - 1) / 2 }
}

#if _endian(big)
  #error("the ring's layout is little-endian and read in place")
#endif
