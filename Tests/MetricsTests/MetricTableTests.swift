import Kernel
import OutputTestKit
import Testing

@testable import Metrics

@Suite struct MetricTableTests {
  @Test func `the documentation has the table of the families as they are`() throws {
    let folder = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    let path = folder + "/Sources/Metrics/Metrics.docc/MetricFamilies.md"
    let page = """
      # Families of metrics

      What the exporter tells of a host, and how many series that can be.

      The bound is the most series of a family, by the limits: namespaces, pools, addresses, owners and alarms.

      \(MetricTable.markdown)
      """
    if Environment.value("UPDATE_GOLDEN") == "1" {
      try TestFile.write(Array(page.utf8), to: path)
    }
    let found = String(decoding: try KernelFile.read(path, limit: 65_536), as: UTF8.self)
    #expect(found == page, "UPDATE_GOLDEN=1 rewrites it")
  }

  @Test func `names are what Prometheus asks of names`() {
    for family in MetricFamily.allCases {
      #expect(family.rawValue.hasPrefix("ullage_"))
      #expect(!family.rawValue.hasSuffix("_total"))
      #expect(family.sampleName.hasSuffix("_total") == (family.kind == .counter))
      #expect(!family.meaning.isEmpty)
      #expect(family.scope.labels.allSatisfy { !["type", "instance", "job", "le"].contains($0) })
    }
    #expect(Set(MetricFamily.allCases.map(\.sampleName)).count == MetricFamily.allCases.count)
  }

  @Test func `the bound on all series follows the limits`() {
    var limits = MetricLimits()
    limits.namespaces = 1
    let one = limits.seriesCountMax
    limits.pools += 1
    let scopes: Set<MetricScope> = [.connectPool, .pool, .poolAndOther]
    let families = MetricFamily.allCases.filter { scopes.contains($0.scope) }
    #expect(limits.seriesCountMax == one + families.count)
    limits.namespaces = 0
    #expect(limits.seriesCountMax == 6)
  }
}
