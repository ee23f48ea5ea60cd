import Kernel
import OutputTestKit
import PropertyTestKit
import Testing
import WebFuzz

@testable import WebConfiguration

/// The inputs of the fuzzer of web configurations, without the fuzzer.
@Suite struct WebCorpusTests {
  @Test func `every file is read or refused with its place, whole, cut and changed`() throws {
    if Environment.value("UPDATE_GOLDEN") == "1" {
      for (number, text) in WebConfigurationTests.refusals.map(\.text).enumerated() {
        try TestFile.write(Array(text.utf8), to: "\(Self.corpus)/refused-\(number)")
      }
    }
    var random = SeededGenerator.fresh()
    print("\(random.replay) changes the inputs of WebCorpusTests; a trap needs it")
    let names = try Directory.names(in: Self.corpus).sorted()
    #expect(names.count >= WebConfigurationTests.refusals.count + 3)
    for name in names {
      let input = try KernelFile.read("\(Self.corpus)/\(name)", limit: 1 << 17)
      var inputs = (0...input.count).map { Array(input[..<$0]) }
      for _ in 0..<rounds(30) {
        var changed = input
        for _ in 0...random.small(4) where !changed.isEmpty {
          let place = random.small(changed.count - 1)
          changed[place] = UInt8(truncatingIfNeeded: random.next())
        }
        inputs.append(changed)
      }
      for input in inputs {
        #expect(problemsOfReading(input) == [], "\(name), \(random.replay): \(input)")
      }
    }
  }

  private static let corpus =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    .joined(separator: "/") + "/Fuzz/WebCorpus"
}
