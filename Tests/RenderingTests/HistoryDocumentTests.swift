import FramesTestKit
import Inet
import OutputTestKit
import Pools
import Rendering
import Testing

/// The document ullage.history/1 and the same as CSV.
@Suite struct HistoryDocumentTests {
  private let golden = Golden(besides: #filePath)
  private let schema = DocumentSchema("ullage.history-1")

  /// A minute in steps of 30 s: short enough to be read.
  private static let short = MadeUpHistory.history(
    Array(MadeUpHistory.busy.frames[240..<300]), events: MadeUpHistory.busy.events,
    step: 30 * MadeUpHistory.second)

  /// The same of a pool that has owners.
  private static let owned = MadeUpHistory.history(
    Array(MadeUpHistory.owned.frames[210..<270]), step: 30 * MadeUpHistory.second)

  @Test func `document and CSV are as they were`() throws {
    for (name, bytes) in [
      ("history.json", HistoryDocument.json(Self.short)),
      ("history-owned.json", HistoryDocument.json(Self.owned)),
      ("history.csv", HistoryListing.csv(Self.short)),
      ("redacted-history.csv", HistoryListing.csv(Self.short, names: Names(redacted: true))),
    ] {
      let difference = try golden.difference(name, bytes)
      #expect(difference == nil, "\(difference ?? "")")
    }
  }

  @Test func `every document keeps the schema and carries the flag from_ring`() throws {
    var lines: [UInt8] = []
    for history in MadeUpHistory.all {
      for isRedacted in [false, true] {
        let document = HistoryDocument.json(history, names: Names(redacted: isRedacted))
        #expect(document.firstIndex(of: 0x0a) == document.count - 1)
        let text = String(decoding: document, as: UTF8.self)
        #expect(text.contains("\"id\":\"from_ring\""))
        if isRedacted { #expect(!text.contains("10.0.0") && !text.contains("deploy")) }
        lines += document
      }
    }
    let faults = try schema.faults(lines)
    #expect(faults == nil, "\(faults ?? "")")
  }

  @Test func `filters choose pools, and a row of CSV has a field for each column`() {
    var filter = PoolFilter()
    filter.keys = [Scenario.key]
    let text = String(decoding: HistoryListing.csv(Self.short, filter: filter), as: UTF8.self)
    let rows = text.split(separator: "\n")
    #expect(rows.count == 4)
    #expect(rows.dropFirst().allSatisfy { $0.contains("\"10.0.0.5,10.1.2.3:443\"") })
    let columns = rows[0].split(separator: ",", omittingEmptySubsequences: false).count
    for row in rows.dropFirst() {
      // The pool's own comma is quoted.
      #expect(row.split(separator: ",", omittingEmptySubsequences: false).count == columns + 1)
    }
    filter.keys = []
    filter.destination = .init(MadeUpHost.address("10.1.2.9"))
    let other = String(decoding: HistoryListing.csv(Self.short, filter: filter), as: UTF8.self)
    #expect(other.split(separator: "\n").count == 4)
    #expect(!other.contains("10.1.2.3") && !other.contains("bind:"))
  }
}
