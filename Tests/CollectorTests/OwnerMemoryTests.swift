import Census
import Glibc
import Kernel
import NetlinkTestKit
import Testing

@testable import Collector

/// What owners take of the memory of many collectors in one process: a fleet has one for each network namespace.
@Suite struct OwnerMemoryTests {
  @Test func `owners take memory by the sockets that are remembered, not by the limit`() async {
    await #expect(processExitsWith: .success) {
      // Two hundred members with a thousand sockets of three owners each.
      let members = 200, sockets = 1000
      let table = FakeTable()
      table.connect(
        (0..<sockets).map { number in
          FakeRow { row in
            row.sourcePort = UInt16(33_000 + number)
            row.cookie = UInt64(number + 1)
            (row.inode, row.uid) = (7, UInt32(1000 + number % 3))
            row.append(.cgroupID(1 << 50 + UInt64(number % 3)))
          }
        })
      var kept: [Member] = []
      func resident(countsOwners: Bool) throws -> Int {
        var options = FakeTable.options
        options.sample.countsOwners = countsOwners
        // What the first one makes once is nobody's.
        kept.append(try Member(table, options))
        let before = try Self.residentBytes()
        for _ in 1...members { kept.append(try Member(table, options)) }
        return (try Self.residentBytes() - before) / members
      }
      let without = try resident(countsOwners: false)
      let with = try resident(countsOwners: true)
      #expect(kept.prefix(members).allSatisfy { $0.cookieBytes == nil })
      // 28 bytes a cookie in a table as small as this, 20 in a large one: a limit of a million is 20 MB.
      let cookies = kept.suffix(members).compactMap(\.cookieBytes)
      #expect(cookies.count == members && cookies.allSatisfy { $0 <= 40 * sockets })
      // The other tables begin at some 4 KiB each.
      #expect(with - without <= 40 * sockets + 256 * 1024, "\(with) with, \(without) without")
    }
  }

  /// A collector that has counted twice.
  private final class Member {
    private var collector: NamespaceCollector<FakeKernel>

    init(_ table: FakeTable, _ options: CollectorOptions) throws {
      collector = try table.collector(options)
      for tick in 0..<2 { _ = collector.frame(UInt64(tick)) }
    }

    /// What it remembers of sockets; nil where it counts no owners.
    var cookieBytes: Int? { collector.sampler.owners?.cookieByteCount }
  }

  /// Pages of this process that are no file's.
  private static func residentBytes() throws -> Int {
    let text = String(
      decoding: try KernelFile.read("/proc/self/status", limit: 65_536), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  }
}
