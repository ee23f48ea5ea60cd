import OutputTestKit
import Testing

/// Short of what `scripts/stress` does under the sanitizers.
@Suite struct RaceTests {
  @Test func `readers beside a writer at full speed never see half a slot`() throws {
    let directory = TemporaryDirectory()
    let run = try Program.built("RingStress", ["race", directory.file("ring"), "2.5", "3"]).run()
    #expect(run.end == .status(0), "\(run.text)\(run.message)")
    let words = run.text.split { $0 == " " || $0 == "\n" }
    #expect(words.count > 6 && words[4] == "shown" && (Int(words[5]) ?? 0) > 10_000, "\(run.text)")
    print("race: \(run.text)", terminator: "")
  }
}
