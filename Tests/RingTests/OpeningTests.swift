import Kernel
import OutputTestKit
import RingFuzz
import Testing

@testable import Ring

/// Every way that opening can go, each with its own error.
@Suite struct OpeningTests {
  private func reason(_ change: (inout [UInt8]) -> Void) throws -> RingError.Reason? {
    var bytes = try SmallRing.bytes(2)
    change(&bytes)
    do throws(RingError) {
      _ = try RingReader(bytes: bytes)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func `a file that is no ring, or no whole one, is an error that says which`() throws {
    #expect(try reason { _ in } == nil)
    #expect(try reason { $0 = [] } == .tooShort(byteCount: 0))
    #expect(try reason { $0 = Array($0[..<4095]) } == .tooShort(byteCount: 4095))
    #expect(try reason { $0[word: 0] = 0 } == .wrongMagic(0))
    #expect(try reason { $0 = Array("{\"schema\": 1}".utf8) } == .wrongMagic(0x616d_6568_6373_227b))
    #expect(try reason { $0[word: 8] = 0 } == .wrongVersion(file: 0))
    #expect(try reason { $0[word: 8] = 2 } == .wrongVersion(file: 2))
    #expect(try reason { $0.removeLast() } == .truncated(byteCount: 4799, needed: 4800))
  }

  @Test func `each bit of the constant part is guarded by the checksum`() throws {
    for offset in stride(from: 24, to: RingLayout.checksumOffset, by: 8) {
      let reason = try reason { $0[word: offset] ^= 1 << UInt64(offset / 8 % 64) }
      guard case .corruptHeader(.checksum) = reason else {
        Issue.record("byte \(offset): \(String(describing: reason))")
        continue
      }
    }
  }

  @Test func `a header that contradicts itself under a right checksum is corrupt`() throws {
    let entry = RingLayout.tierTableOffset
    let changes: [(Int, UInt64, RingError.HeaderFault)] = [
      (16, 8192, .headerByteCount(8192)), (216, 9, .number(9)), (216, .max, .number(.max)),
      (216, 0, .geometry(.tierCount(0))),
      (entry + 16, 60, .geometry(.slotByteCount(tier: 0, 60))),
      (entry + 16, 1 << 62, .number(1 << 62)), (entry + 24, 1 << 40, .number(1 << 40)),
      (entry + 24, 0, .geometry(.slotCount(tier: 0, 0))),
      (entry + 32, 0, .fileOffset(tier: 0, 0)), (entry + 24, 5, .fileOffset(tier: 1, 4608)),
      (RingLayout.headsOffset, 1 << 62, .number(1 << 62)),
    ]
    for (offset, word, fault) in changes {
      let reason = try reason {
        $0[word: offset] = word
        RingRepair.setHeaderChecksum(&$0)
      }
      #expect(reason == .corruptHeader(fault), "\(word) at \(offset)")
    }
  }

  @Test func `a header that is being changed is read again`() throws {
    let whole = try SmallRing.bytes(2)
    var half = whole
    half[word: RingLayout.writerPIDOffset] = 4711
    let reader = try RingReader(scripted: { [half] in $0 < 2 ? half : whole })
    #expect(reader.geometry == SmallRing.geometry)
  }

  @Test func `paths that lead to no ring are errors that say so`() throws {
    let directory = TemporaryDirectory()
    let missing = directory.file("none")
    #expect(throws: RingError(missing, .missing)) { _ = try RingReader(path: missing) }
    #expect(throws: RingError("/dev/null", .notRegularFile)) {
      _ = try RingReader(path: "/dev/null")
    }
    #expect(throws: RingError("/tmp", .notRegularFile)) { _ = try RingReader(path: "/tmp") }
    let path = directory.file("cut")
    try TestFile.write([1, 2, 3], to: path)
    #expect(throws: RingError(path, .tooShort(byteCount: 3))) { _ = try RingReader(path: path) }
  }

  @Test func `errors say what was tried, on what, what came back and what to do`() throws {
    let reasons: [RingError.Reason] = [
      .missing, .failed(SystemCallError("open", "/r", .permissionDenied)),
      .failed(SystemCallError("open", "/r.lock", .permissionDenied)), .symbolicLink,
      .notRegularFile, .wrongOwner(owner: 1000, user: 0),
      .foreignDirectory(owner: 1000, user: 0), .openDirectory(mode: 0o777), .removed,
      .tooShort(byteCount: 3),
      .wrongMagic(0x7b), .wrongVersion(file: 0), .wrongVersion(file: 2),
      .corruptHeader(.checksum(stored: 1, computed: 2)), .corruptHeader(.headerByteCount(1)),
      .corruptHeader(.geometry(.slotByteCount(tier: 2, 12))), .corruptHeader(.number(9)),
      .corruptHeader(.fileOffset(tier: 1, 7)), .truncated(byteCount: 1, needed: 2),
      .locked(pid: 812), .locked(pid: 0), .noSpace(needed: 7), .impossibleGeometry(.tierCount(9)),
      .impossibleGeometry(.slotCount(tier: 1, 0)), .impossibleGeometry(.byteCount(5)),
      .tooLong(wordCount: 2, capacity: 1), .exists, .full(slotCount: 67_108_864),
    ]
    let text = reasons.map { "\(RingError("/r", $0))\n" }.joined()
    #expect(try Golden(besides: #filePath).difference("errors.txt", Array(text.utf8)) == nil)
  }
}
