import Netlink
import NetlinkTestKit
import Testing

@Suite struct AttributeCursorTests {
  @Test func `attributes come in order without padding and flag bits`() throws {
    let bytes =
      FakeAttribute(11, [1]).bytes + FakeAttribute(0x8015, [1, 2, 3, 4, 5, 6, 7, 8]).bytes
      + FakeAttribute(0x4003, []).bytes
    #expect(try attributes(bytes) == ["11:1", "21:8", "3:0"])
  }

  @Test func `fewer than four bytes at the end are padding`() throws {
    #expect(try attributes([]) == [])
    #expect(try attributes([9, 9, 9]) == [])
    #expect(try attributes(FakeAttribute(1, [5]).bytes + [0, 0]) == ["1:1"])
  }

  @Test func `the last attribute may lack its padding`() throws {
    #expect(try attributes(Array(FakeAttribute(1, [5]).bytes.dropLast(3))) == ["1:1"])
  }

  @Test func `a length below the header's is impossible`() {
    #expect(throws: FrameError(.impossibleLength, offset: 8, claimed: 3, available: 4)) {
      try attributes(FakeAttribute(1, [5]).bytes + FakeAttribute(2, [], claimedLength: 3).bytes)
    }
    #expect(throws: FrameError(.impossibleLength, offset: 0, claimed: 0, available: 8)) {
      try attributes([0, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  @Test func `a length past the end is told`() {
    #expect(throws: FrameError(.pastEnd, offset: 0, claimed: 9, available: 8)) {
      try attributes(FakeAttribute(1, [5], claimedLength: 9).bytes)
    }
    #expect(throws: FrameError(.pastEnd, offset: 0, claimed: 65_535, available: 4)) {
      try attributes(FakeAttribute(1, [], claimedLength: .max).bytes)
    }
  }

  /// "type:length" of each attribute.
  private func attributes(_ bytes: [UInt8]) throws(FrameError) -> [String] {
    let buffer = ReceiveBuffer(holding: bytes)
    var cursor = AttributeCursor(buffer.bytes())
    var seen: [String] = []
    while let attribute = try cursor.next() {
      seen.append("\(attribute.type):\(attribute.value.byteCount)")
    }
    return seen
  }
}
