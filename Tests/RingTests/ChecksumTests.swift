import CKernel
import PropertyTestKit
import Testing

@testable import Ring

@Suite struct ChecksumTests {
  /// RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
  @Test func `known vectors have their checksums, both ways`() {
    let vectors: [([UInt8], UInt32)] = [
      (Array("123456789".utf8), 0xe306_9283),
      ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
      ([UInt8](repeating: 255, count: 32), 0x62a8_ab43),
      (Array(0..<32), 0x46dd_794e),
      (Array((0..<32).reversed()), 0x113f_db5c),
      ([], 0),
    ]
    for (bytes, checksum) in vectors {
      // SAFETY: the array lives for each call.
      #expect(unsafe CKernel_crc32c(0, bytes, bytes.count) == checksum)
      #expect(unsafe CKernel_crc32c_by_table(0, bytes, bytes.count) == checksum)
    }
  }

  @Test func `the instruction and the tables agree at every length and start`() {
    var generator = SeededGenerator.fresh()
    let bytes = (0..<8300).map { _ in UInt8.random(in: 0...255, using: &generator) }
    for length in Array(0..<70) + Array(1500..<1600) + Array(3050..<3100) + [4096, 8192, 8299] {
      let start = length % 2
      let part = Array(bytes[start..<min(bytes.count, start + length)])
      let seed = UInt32.random(in: .min ... .max, using: &generator)
      // SAFETY: the array lives for both calls.
      let (first, second) = unsafe (
        CKernel_crc32c(seed, part, part.count), CKernel_crc32c_by_table(seed, part, part.count)
      )
      #expect(first == second, "\(length) bytes, \(generator.replay)")
    }
  }

  @Test func `a slot's checksum knows its number and its length`() {
    let words: [UInt64] = [1, 2, 3, 0]
    let checksum = Checksum.ofSlot(7, words, in: 0..<3)
    #expect(checksum != Checksum.ofSlot(8, words, in: 0..<3))
    #expect(checksum != Checksum.ofSlot(7, words, in: 0..<4))
    #expect(checksum == Checksum.ofSlot(7, [9, 1, 2, 3], in: 1..<4))
  }
}
