import FrameRing
import Frames
import FramesTestKit
import Kernel
import PropertyTestKit
import Ring
import Testing

/// Files that were damaged, replaced or overwritten meanwhile.
@Suite struct RingDamageTests {
  @Test func `a damaged slot is left out and counted once, however often it is asked for`() throws {
    try TestRing.withDirectory { directory in
      let path = "\(directory)/a.ring"
      var writer = try TestRing.at(path)
      let frames = Scenario.filling(seconds: 9).frames
      for frame in frames { try writer.publish(frame) }
      let offset = writer.ring.geometry.fileOffset(ofTier: 0)
      try TestRing.damage(path, at: offset + 4 * 8192 + 100)
      let reader = try FrameRingReader(path: path)
      for _ in 0..<3 {
        #expect(try reader.everything() == Array(frames[..<4] + frames[5...]))
        #expect(reader.losses.corrupt == 1)
      }
      try TestRing.damage(path, at: offset + 8 * 8192 + 100)
      #expect(try reader.newest() == frames[7])
      #expect(try reader.newest() == frames[7])
      #expect(reader.losses.corrupt == 2)
    }
  }

  @Test func `a sound slot that holds no frame or event is damaged too`() throws {
    var ring = try RingWriter(inMemory: TestRing.shape(), identity: TestRing.identity())
    let words: [UInt64] = [1 | 1 << 16, 2, 3]
    try ring.publish(tier: 0, words.span)
    try ring.publish(tier: 3, words.span)
    let reader = try FrameRingReader(path: ring.path)
    for _ in 0..<2 {
      #expect(try reader.newest() == nil)
      #expect(try reader.everything() == [])
      #expect(try reader.events(from: 0, through: .max, limit: 9) == [])
      #expect(reader.losses.corrupt == 2)
    }
    #expect(ring.heads[0] == 1)
  }

  @Test func `a slot that is being written is torn, and shown when it is done`() throws {
    try TestRing.withDirectory { directory in
      let path = "\(directory)/a.ring"
      var writer = try TestRing.at(path)
      let frames = Scenario.filling(seconds: 3).frames
      for frame in frames { try writer.publish(frame) }
      // The sequence word's lowest byte: odd while the slot is written.
      let offset = writer.ring.geometry.fileOffset(ofTier: 0) + 2 * 8192
      let sequence = try sequence(path, at: offset)
      try put(sequence - 1, path, at: offset)
      let reader = try FrameRingReader(path: path)
      #expect(try reader.newest() == frames[1])
      #expect(reader.losses.torn == 1)
      try put(sequence, path, at: offset)
      #expect(try reader.newest() == frames[2])
      #expect(reader.losses.torn == 1)
    }
  }

  @Test func `arbitrary damage trips no reader`() throws {
    var generator = SeededGenerator.fresh()
    try TestRing.withDirectory { directory in
      let path = "\(directory)/a.ring"
      let geometry = TestRing.shape(raw: 8, tens: 4, minutes: 4, events: 4)
      for _ in 0..<rounds(10) {
        var writer = try TestRing.at(path, geometry)
        for frame in Scenario.filling(seconds: 20).frames { try writer.publish(frame) }
        try writer.publish(generator.event())
        for _ in 0..<40 {
          try TestRing.damage(path, at: generator.small(geometry.byteCount))
          try TestRing.damage(path, at: generator.small(4096))
          guard let reader = try? FrameRingReader(path: path) else { continue }
          try? reader.refresh()
          _ = try? reader.newest()
          _ = try? reader.everything()
          _ = try? reader.frames(from: 0, through: .max, limit: 3)
          _ = try? reader.events(from: 0, through: .max, limit: 3)
        }
        try writer.close()
      }
    }
  }

  @Test func `a ring that is replaced is opened anew by the next refresh`() throws {
    try TestRing.withDirectory { directory in
      let path = "\(directory)/a.ring"
      let frames = Scenario.filling(seconds: 30).frames
      var first = try TestRing.at(path)
      for frame in frames.prefix(10) { try first.publish(frame) }
      try TestRing.damage(path, at: first.ring.geometry.fileOffset(ofTier: 0) + 100)
      let reader = try FrameRingReader(path: path)
      #expect(try reader.everything().count == 9)
      try first.close()
      var second = try TestRing.at(path, TestRing.shape(raw: 50))
      for frame in frames[20...] { try second.publish(frame) }
      // Until it looks again it reads what it has open.
      #expect(try reader.newest() == frames[9])
      try reader.refresh()
      #expect(try reader.everything() == Array(frames[20...]))
      #expect(reader.losses.corrupt == 1)
      try second.close()
    }
  }

  private func sequence(_ path: String, at offset: Int) throws -> UInt8 {
    let file = try KernelFile.read(path, limit: 1 << 26)
    return file[offset]
  }

  private func put(_ byte: UInt8, _ path: String, at offset: Int) throws {
    try TestRing.write(byte, path, at: offset)
  }
}
