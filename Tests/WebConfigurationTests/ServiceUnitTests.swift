import Kernel
import Testing

@testable import WebConfiguration

/// The exporter's unit: what it is handed over, and where it may write.
@Suite struct ServiceUnitTests {
  private static func settings() throws -> [(name: String, value: String)] {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
      .joined(separator: "/")
    let unit = try KernelFile.read("\(root)/scripts/systemd/ullage-exporter.service")
    return String(decoding: unit, as: UTF8.self).split(separator: "\n").compactMap { line in
      let sides = line.split(separator: "=", maxSplits: 1)
      guard !line.hasPrefix("#"), sides.count == 2 else { return nil }
      return (String(sides[0]), String(sides[1]))
    }
  }

  @Test func `what root alone may read is handed over, and need not be there`() throws {
    let settings = try Self.settings()
    let handed = settings.filter { $0.name == "LoadCredential" }.map(\.value)
    #expect(
      handed == ["web.yml", "tls.crt", "tls.key"].map { "\($0):/etc/ullage/\($0)" })
    let defaults = settings.filter { $0.name == "SetCredential" }.map {
      $0.value.split(separator: ":", maxSplits: 1).map(String.init)
    }
    #expect(defaults.map(\.first) == ["web.yml", "tls.crt", "tls.key"])
    let empty = try WebConfiguration(yaml: Array(defaults[0][1].utf8), source: "web.yml") { _ in []
    }
    #expect(empty == WebConfiguration())
  }

  @Test func `a text file has a place that others can read`() throws {
    let settings = try Self.settings()
    func value(_ name: String) -> String? { settings.first { $0.name == name }?.value }
    #expect(value("ProtectSystem") == "strict")
    #expect(value("RuntimeDirectory") == "ullage-exporter")
    #expect(value("RuntimeDirectoryMode") == "0755")
  }
}
