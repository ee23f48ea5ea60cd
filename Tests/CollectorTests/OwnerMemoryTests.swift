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
      func resident(countsOwners: Bool) throws -> Int {
        var options = FakeTable.options
        options.sample.countsOwners = countsOwners
        var kept: [Member] = []
        // What the first one makes once is nobody's.
        kept.append(try Member(table, options))
        let before = try Self.residentBytes()
        for _ in 1...members { kept.append(try Member(table, options)) }
        let after = try Self.residentBytes()
        #expect(kept.allSatisfy { $0.holds(sockets: sockets, countsOwners) })
        return (after - before) / members
      }
      let without = try resident(countsOwners: false)
      let with = try resident(countsOwners: true)
      // 20 bytes a cookie, 48 an owner of a pool, and tables that begin at 4 KiB each; a limit of a million
      // cookies would be 20 MB.
      let most = 20 * sockets + 192 * 1024
      #expect(with - without <= most, "\(with) bytes with owners, \(without) without")
    }
  }

  /// A collector that has counted twice.
  private final class Member {
    private var collector: NamespaceCollector<FakeKernel>

    init(_ table: FakeTable, _ options: CollectorOptions) throws {
      collector = try table.collector(options)
      for tick in 0..<2 { _ = collector.frame(UInt64(tick)) }
    }

    func holds(sockets: Int, _ countsOwners: Bool) -> Bool {
      let bytes = collector.sampler.owners?.cookieByteCount
      return countsOwners
        ? bytes.map { (12 * sockets...20 * sockets).contains($0) } ?? false : bytes == nil
    }
  }

  /// Pages of this process that are no file's.
  private static func residentBytes() throws -> Int {
    let text = String(
      decoding: try KernelFile.read("/proc/self/status", limit: 65_536), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  }
}
