import Kernel
import OutputTestKit
import Testing

@testable import Ring

/// The layout is a promise to files that exist: any difference here needs another version.
@Suite struct LayoutTests {
  @Test func `every offset stands where version 1 has it`() throws {
    let lines = [
      "magic \(RingLayout.magicOffset) \(RingError.hexadecimal(RingLayout.magic))",
      "version \(RingLayout.versionOffset) \(RingLayout.version)",
      "header bytes \(RingLayout.headerByteCountOffset) \(RingLayout.headerByteCount)",
      "kind \(RingLayout.kindOffset) recording \(RingLayout.recordingKind)",
      "boot id \(RingLayout.bootIDOffset)",
      "namespace cookie \(RingLayout.namespaceCookieOffset)",
      "namespace inode \(RingLayout.namespaceInodeOffset)",
      "namespace name \(RingLayout.namespaceNameOffset) \(RingLayout.nameByteCount)",
      "host name \(RingLayout.hostNameOffset) \(RingLayout.nameByteCount)",
      "writer pid \(RingLayout.writerPIDOffset)",
      "writer start \(RingLayout.writerStartOffset)",
      "interval \(RingLayout.intervalOffset)",
      "tier count \(RingLayout.tierCountOffset)",
      "tiers \(RingLayout.tierTableOffset) \(RingLayout.tierCountMax) x \(RingLayout.tierEntryByteCount)",
      "tier kind +\(RingLayout.tierKindOffset)",
      "tier step +\(RingLayout.tierStepOffset)",
      "tier slot bytes +\(RingLayout.tierSlotByteCountOffset)",
      "tier slots +\(RingLayout.tierSlotCountOffset)",
      "tier file offset +\(RingLayout.tierFileOffsetOffset)",
      "checksum \(RingLayout.checksumOffset)",
      "heartbeat realtime \(RingLayout.heartbeatRealtimeOffset)",
      "heartbeat monotonic \(RingLayout.heartbeatMonotonicOffset)",
      "state \(RingLayout.stateOffset) closed cleanly \(RingLayout.closedCleanlyState)",
      "lost slots \(RingLayout.lostSlotsOffset)",
      "heads \(RingLayout.headsOffset)",
      "slot header words \(RingLayout.slotHeaderWordCount)",
      "slot sequence word \(RingLayout.sequenceWord)",
      "slot length and checksum word \(RingLayout.lengthAndChecksumWord)",
      "number 5: \(RingLayout.writing(5)) while written, \(RingLayout.published(5)) published",
    ]
    let text = lines.joined(separator: "\n") + "\n"
    #expect(try Golden(besides: #filePath).difference("layout.txt", Array(text.utf8)) == nil)
  }

  @Test func `a small ring has exactly these words`() throws {
    let bytes = try SmallRing.bytes(5, events: 1)
    var text = ""
    for offset in stride(from: 0, to: bytes.count, by: 8) where bytes[word: offset] != 0 {
      text += "\(offset) \(String(bytes[word: offset], radix: 16))\n"
    }
    #expect(try Golden(besides: #filePath).difference("small-ring.txt", Array(text.utf8)) == nil)
    #expect(String(decoding: bytes[..<8], as: UTF8.self) == "ULLAGERG")
  }

  @Test func `a ring of a usual size is below 24 MiB and sound`() {
    let large = SmallRing.large
    #expect(large.fault == nil)
    #expect(large.byteCount < 24 << 20)
    #expect(large.byteCount == 25_137_152)
    #expect(large.tiers.map(\.payloadWordCapacity) == [1020, 1532, 1276, 60])
  }

  @Test(arguments: [
    (0, 64, 1, RingGeometry.Fault.tierCount(0)), (9, 64, 1, .tierCount(9)),
    (1, 56, 1, .slotByteCount(tier: 0, 56)), (1, 68, 1, .slotByteCount(tier: 0, 68)),
    (1, 1 << 20 + 8, 1, .slotByteCount(tier: 0, 1 << 20 + 8)), (1, 64, 0, .slotCount(tier: 0, 0)),
    (1, 64, -1, .slotCount(tier: 0, -1)), (8, 64, 1 << 22 + 1, .slotCount(tier: 0, 1 << 22 + 1)),
    (1, Int.max, Int.max, .slotByteCount(tier: 0, Int.max)),
    (8, 1 << 20, 1 << 22, .byteCount(8 << 42 + 4096)),
  ])
  func `an impossible geometry is refused`(
    _ tierCount: Int, _ slotByteCount: Int, _ slotCount: Int, _ fault: RingGeometry.Fault
  ) {
    let tier = RingTier(
      kind: .frames, stepNanoseconds: 0, slotByteCount: slotByteCount, slotCount: slotCount)
    let geometry = RingGeometry(tiers: Array(repeating: tier, count: tierCount))
    #expect(geometry.fault == fault)
  }

  @Test func `a header comes back as it was written, names cut between characters`() throws {
    var identity = SmallRing.identity
    identity.namespaceName = String(repeating: "ü", count: 40)
    identity.hostName = String(repeating: "h", count: 63) + "ü"
    let page = HeaderPage(RingHeader(geometry: SmallRing.large, identity: identity))
    let header = try page.header()
    #expect(header.geometry == SmallRing.large)
    #expect(header.identity.namespaceName == String(repeating: "ü", count: 32))
    #expect(header.identity.hostName == String(repeating: "h", count: 63))
    #expect(header.identity.bootID.description == "8be4df61-93ca-11d2-aa0d-00e098032b8c")
    #expect(BootID("8be4df61-93ca-11d2-aa0d-00e098032b8c") == identity.bootID)
    #expect(BootID("8be4df61") == nil)
    #expect(try BootID.current() == BootID.current())
  }
}
