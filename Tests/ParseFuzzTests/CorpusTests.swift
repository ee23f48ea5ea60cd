import Kernel
import ParseFuzz
import PropertyTestKit
import Testing

/// The committed inputs of the fuzzer, without the fuzzer. An input that crashed is added to them.
@Suite struct CorpusTests {
  @Test func `every input is read, whole and cut short`() throws {
    let inputs = try Self.inputs()
    #expect(inputs.count >= 10)
    for input in inputs {
      parse(input)
      for length in stride(from: 0, to: input.count, by: 131) { parse(Array(input[..<length])) }
    }
  }

  @Test func `inputs with some bytes changed are read`() throws {
    var generator = SeededGenerator.fresh()
    print("\(generator.replay) changes the inputs of CorpusTests; a trap needs it")
    for input in try Self.inputs() where !input.isEmpty {
      for _ in 0..<20 {
        var damaged = input
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
          let index = Int.random(in: damaged.indices, using: &generator)
          damaged[index] =
            generator.oneIn(2)
            ? generator.pick([0, 1, 4, 16, 127, 255]) : UInt8.random(in: 0...255, using: &generator)
        }
        parse(damaged)
      }
    }
  }

  private static func inputs() throws -> [[UInt8]] {
    let folder =
      #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
      .joined(separator: "/") + "/Fuzz/Corpus"
    return try Directory.names(in: folder).sorted().map { name in
      try KernelFile.read("\(folder)/\(name)", limit: 1 << 17)
    }
  }
}
