import Kernel
import NetlinkTestKit
import ParseFuzz
import Testing

/// The committed inputs of the fuzzer, without a fuzzer. A crash that it finds is added to them.
@Suite struct CorpusTests {
  @Test func `every input is read without a trap`() throws {
    let names = try Directory.names(in: Corpus.folder)
    #expect(names.count >= Corpus.seeds().count)
    for name in names {
      // A name in the failure's output tells which input trapped.
      let bytes = try KernelFile.read("\(Corpus.folder)/\(name)", limit: 1 << 17)
      parse(bytes)
      for length in stride(from: 0, to: bytes.count, by: 97) { parse(Array(bytes[..<length])) }
    }
  }

  @Test func `the corpus holds what the builders make today`() throws {
    for (name, bytes) in try Corpus.seeds() {
      #expect(try KernelFile.read("\(Corpus.folder)/\(name)", limit: 1 << 17) == bytes, "\(name)")
    }
  }
}
