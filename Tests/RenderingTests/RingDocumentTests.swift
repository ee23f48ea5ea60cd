import FrameRing
import Frames
import FramesTestKit
import Kernel
import OutputTestKit
import Rendering
import Ring
import Testing

/// The document ullage.ring/1 and the page of a ring file.
@Suite struct RingDocumentTests {
  private let golden = Golden(besides: #filePath)
  private let schema = DocumentSchema("ullage.ring-1")

  /// A ring of ninety frames that was written a second ago.
  private static func inspection(verifies: Bool) throws -> RingInspection {
    let frames = Scenario.filling(seconds: 90).frames
    let last = frames[frames.count - 1]
    let identity = RingIdentity(
      bootID: BootID(high: 0x1122_3344_5566_7788, low: 0x99aa_bbcc_ddee_ff00), namespaceCookie: 1,
      namespaceInode: 4_026_531_833, namespaceName: "host", hostName: "web-17", writerPID: 812,
      writerStartRealtimeNanoseconds: Scenario.start, intervalNanoseconds: 1_000_000_000)
    var writer = try FrameRingWriter(
      RingWriter(inMemory: FrameRingShape().geometry, identity: identity))
    for frame in frames { try writer.publish(frame) }
    try writer.publish(
      Event(
        .collectorStarted, boot: last.boot, atNanoseconds: Scenario.start,
        monotonicNanoseconds: 0, tick: 0, text: "the collector started"))
    try writer.heartbeat(
      realtimeNanoseconds: last.takenAtNanoseconds,
      monotonicNanoseconds: last.monotonicNanoseconds)
    var inspection = try RingInspection(path: writer.ring.path, verifies: verifies)
    inspection.path = "/run/ullage/host.ring"
    return inspection
  }

  private static let now = Scenario.start + 90_000_000_000

  @Test func `documents keep the schema and are as they were`() throws {
    let plain = RingDocument.json(try Self.inspection(verifies: false), atNanoseconds: Self.now)
    let verified = RingDocument.json(try Self.inspection(verifies: true), atNanoseconds: Self.now)
    let faults = try schema.faults(plain + verified)
    #expect(faults == nil, "\(faults ?? "")")
    let difference = try golden.difference("ring-verified.json", verified)
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `pages are as they were: live, stale, closed, sound and damaged`() throws {
    var inspection = try Self.inspection(verifies: false)
    var pages = RingPage.text(inspection, style: Style(), atNanoseconds: Self.now)
    pages += RingPage.text(
      inspection, style: Style(isUnicode: false), atNanoseconds: Self.now + 60_000_000_000)
    inspection.header.isClosedCleanly = true
    pages += RingPage.text(inspection, style: Style(), atNanoseconds: Self.now)
    inspection = try Self.inspection(verifies: true)
    pages += RingPage.text(inspection, style: Style(), atNanoseconds: Self.now)
    inspection.tiers[0].verification?.tornCount = 1
    pages += RingPage.text(inspection, style: Style(), atNanoseconds: Self.now)
    let difference = try golden.difference("ring.txt", pages)
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `redacted, neither host nor namespace nor path is told`() throws {
    var inspection = try Self.inspection(verifies: false)
    inspection.path = "/srv/jane/site.ring"
    inspection.header.identity.namespaceName = "payroll"
    let names = Names(redacted: true)
    let page = RingPage.text(inspection, style: Style(), names: names, atNanoseconds: Self.now)
    let document = RingDocument.json(inspection, names: names, atNanoseconds: Self.now)
    for bytes in [page, document] {
      let text = String(decoding: bytes, as: UTF8.self)
      for name in ["jane", "site", "payroll", "web-17"] { #expect(!text.contains(name)) }
      #expect(text.contains("namespace-1"))
    }
    let faults = try schema.faults(document)
    #expect(faults == nil, "\(faults ?? "")")
  }

  @Test func `a ring of slots that are too short for a frame is shown`() throws {
    let tier = RingTier(kind: .frames, stepNanoseconds: 0, slotByteCount: 64, slotCount: 2)
    let ring = try RingWriter(
      inMemory: RingGeometry(tiers: [tier]),
      identity: try Self.inspection(verifies: false).header.identity)
    let inspection = try RingInspection(path: ring.path)
    let document = RingDocument.json(inspection, atNanoseconds: Self.now)
    let text = String(decoding: document, as: UTF8.self)
    #expect(text.contains("\"pools_per_frame\":null"))
  }
}
