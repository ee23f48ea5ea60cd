import Testing

@testable import Kernel

/// Records of a ring of samples: whole, wrapped around, lost, damaged.
@Suite struct PerfRecordsTests {
  /// A sample of `raw`, with a cgroup unless it is as old kernels write it.
  static func sample(
    pid: Int32 = 812, tid: Int32 = 813, time: UInt64 = 99, raw: [UInt8], cgroup: UInt64? = 7
  ) -> [UInt8] {
    var body = bytes(pid) + bytes(tid) + bytes(time) + bytes(UInt32(raw.count)) + raw
    if let cgroup { body += bytes(cgroup) }
    return record(9, body)
  }

  static func record(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
    bytes(type) + bytes(UInt16(0)) + bytes(UInt16(8 + body.count)) + body
  }

  private static func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value($0 * 8)) }
  }

  /// What a walk finds: the samples' raw bytes, and how many were lost.
  private func walk(_ bytes: [UInt8]) -> (raw: [[UInt8]], lost: UInt64) {
    var records = PerfRecords(bytes.span), raw: [[UInt8]] = []
    while let sample = records.next() {
      raw.append(sample.raw.indices.map { sample.raw[$0] })
    }
    return (raw, records.lost)
  }

  @Test func `every field of a sample is read`() {
    let bytes = Self.sample(raw: [1, 2, 3, 4])
    var records = PerfRecords(bytes.span)
    guard let sample = records.next() else {
      Issue.record("no sample")
      return
    }
    #expect(sample.processID == 812 && sample.threadID == 813)
    #expect(sample.monotonicNanoseconds == 99 && sample.cgroupID == 7)
    #expect(sample.raw.count == 4 && sample.raw[3] == 4)
    let isAtEnd = records.next() == nil
    #expect(isAtEnd)
  }

  @Test func `a sample without a cgroup has none`() {
    let bytes = Self.sample(raw: [1, 2, 3, 4], cgroup: nil)
    var records = PerfRecords(bytes.span)
    let cgroup = records.next()?.cgroupID
    #expect(cgroup == nil)
  }

  @Test func `losses are added up, and other records are passed over`() {
    let lost: (UInt8) -> [UInt8] = {
      Self.record(2, Array(repeating: 0, count: 8) + [$0, 1] + Array(repeating: 0, count: 6))
    }
    let bytes =
      lost(3) + Self.sample(raw: [1]) + Self.record(5, [1, 2, 3, 4, 5, 6, 7, 8]) + lost(4)
      + Self.sample(raw: [2])
    let (raw, count) = walk(bytes)
    #expect(raw == [[1], [2]])
    #expect(count == 256 + 3 + 256 + 4)
  }

  @Test func `damage ends the walk, and what came before is good`() {
    let good = Self.sample(raw: [1, 2])
    // A size below the header's, one past the end, a header cut short.
    for bad in [[9, 0, 0, 0, 0, 0, 7, 0], [9, 0, 0, 0, 0, 0, 9, 0], [9, 0, 0]] as [[UInt8]] {
      #expect(walk(good + bad).raw == [[1, 2]])
      #expect(walk(bad).raw.isEmpty)
    }
    // A raw part that says to be longer than its record is no sample; the next one is found.
    var long = Self.sample(raw: [1, 2])
    long[24] = 200
    #expect(walk(long + good).raw == [[1, 2]])
    var huge = Self.sample(raw: [1, 2])
    for index in 24..<28 { huge[index] = 0xff }
    #expect(walk(huge + good).raw == [[1, 2]])
  }

  @Test func `any bytes end the walk`() {
    var state: UInt64 = 88_172_645_463_325_252
    for _ in 0..<3000 {
      var bytes = Self.sample(raw: Array(repeating: 5, count: 64)) + Self.sample(raw: [7])
      for _ in 0..<4 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        bytes[Int(state % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: state >> 32)
      }
      bytes.removeLast(Int(state >> 40) % bytes.count)
      #expect(walk(bytes).raw.count <= 16)
    }
  }

  @Test func `what wraps around the end of the ring is put together`() {
    let ring: [UInt8] = Array(0..<16)
    func part(_ from: UInt64, _ to: UInt64) -> [UInt8] {
      var bytes: [UInt8] = [99]
      unsafe ring.withUnsafeBytes {
        unsafe PerfSampleRing.append($0, from: from, to: to, to: &bytes)
      }
      return Array(bytes.dropFirst())
    }
    #expect(part(0, 0) == [])
    #expect(part(0, 16) == Array(0..<16))
    #expect(part(12, 16) == [12, 13, 14, 15])
    #expect(part(12, 20) == [12, 13, 14, 15, 0, 1, 2, 3])
    #expect(part(44, 52) == [12, 13, 14, 15, 0, 1, 2, 3])
    #expect(part(45, 61) == [13, 14, 15] + Array(0..<13))
    // More than the ring holds, and a head behind the tail: nothing.
    #expect(part(0, 17) == [])
    #expect(part(8, 7) == [])
    #expect(part(.max, 3) == [15, 0, 1, 2])
  }

  @Test(
    arguments: [
      ("0\n", [0]), ("0-3\n", [0, 1, 2, 3]), ("0-1,4,6-7\n", [0, 1, 4, 6, 7]), ("", []),
      ("x,2", [2]),
      ("3-1,5", [5]), ("0-99999", []), ("8191", [8191]), ("8192", []), ("1,1-2", [1, 2]),
      ("-3", []),
    ] as [(String, [Int32])])
  func `lists of processors are read`(text: String, numbers: [Int32]) {
    #expect(OnlineProcessors(Array(text.utf8)).numbers == numbers)
  }

  @Test func `some processor is online`() throws {
    #expect(try !OnlineProcessors.read().numbers.isEmpty)
  }
}
