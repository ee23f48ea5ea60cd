/// Takes over the file of an earlier writer: finds out how far it came, from the slots themselves.
///
/// The head in the header may lag (the writer died between slot and head) or, after a power failure, be
/// anything the disk kept. A slot is believed that is whole; an odd one counts only next to those.
struct RingRecovery: ~Copyable {
  private var access: SlotAccess?
  private(set) var header: RingHeader
  /// Slots that were begun and not finished, and had not been counted by an earlier recovery.
  private(set) var lostSlotCount = 0

  init(_ access: consuming SlotAccess, _ found: RingHeader, _ identity: RingIdentity) {
    self.access = consume access
    header = RingHeader(geometry: found.geometry, identity: identity)
    header.lostSlotCount = found.lostSlotCount
    header.heads = found.heads
  }

  /// Reads every slot, then writes the header of the new writer.
  mutating func run() throws(RingError) {
    guard var access = access.take() else { preconditionFailure("recovery runs once") }
    for tier in header.geometry.tiers.indices { try recover(tier, &access) }
    header.lostSlotCount &+= UInt64(lostSlotCount)
    let page = HeaderPage(header).words
    try access.file.allocate(header.geometry.byteCount)
    try access.file.write(page, 0..<page.count, at: 0)
    self.access = consume access
  }

  /// Hands over the file, once.
  mutating func takeFile() -> RingFile {
    guard let access = access.take() else { preconditionFailure("the file is taken once") }
    return access.intoFile()
  }

  private mutating func recover(_ tier: Int, _ access: inout SlotAccess) throws(RingError) {
    let slotCount = UInt64(header.geometry.tiers[tier].slotCount)
    var words: [UInt64] = []
    var end: UInt64 = 0
    var unfinished: [UInt64] = []
    for index in 0..<slotCount {
      guard let sequence = try access.sequence(tier: tier, index: index), sequence != 0 else {
        continue
      }
      let number = RingLayout.number(of: sequence)
      guard number % slotCount == index, number < RingLayout.numberLimit - slotCount else {
        continue
      }
      if sequence == RingLayout.writing(number) {
        unfinished.append(number)
      } else if case .published = try access.read(tier: tier, number: number, into: &words) {
        end = max(end, number + 1)
      }
    }
    let head = header.heads[tier]
    // A head further on than a round has no slot to show for it.
    var next = head <= end + slotCount ? max(head, end) : end
    for number in unfinished.sorted() where number >= next && number < end + slotCount {
      next = number + 1
      lostSlotCount += 1
    }
    header.heads[tier] = next
  }
}
