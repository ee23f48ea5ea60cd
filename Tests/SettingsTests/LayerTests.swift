import Alarms
import Collector
import Frames
import Kernel
import OutputTestKit
import Pools
import Settings
import Testing

/// Layers, defaults, and the files that they come from.
@Suite struct LayerTests {
  private static func file(_ text: String) throws(ConfigurationError) -> CollectorSettings {
    try CollectorSettings(json5: Array(text.utf8), source: "f")
  }

  private static func environment(
    _ variables: [String: String]
  ) throws(ConfigurationError) -> CollectorSettings {
    try CollectorSettings { variables[$0] }
  }

  @Test func `the example sets nothing, and has every key with its default behind //`() throws {
    let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    let bytes = try KernelFile.read("\(root)/scripts/systemd/ullage.json5")
    let shipped = try CollectorSettings(json5: bytes, source: "the example")
    #expect(try CollectorConfiguration([shipped]) == CollectorConfiguration())
    for child in Mirror(reflecting: shipped).children where child.label != "alarms" {
      #expect("\(child.value)" == "nil", "\(child.label ?? "")")
    }

    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    let text = lines.map { line in
      let indent = line.prefix { $0 == " " }, rest = line.dropFirst(indent.count)
      // Prose has a blank behind its slashes; the head's empty lines have nothing.
      guard rest.hasPrefix("//"), rest.count > 2, !rest.hasPrefix("// ") else {
        return String(line)
      }
      return "\(indent)\(rest.dropFirst(2))"
    }.joined(separator: "\n")
    let settings = try CollectorSettings(json5: Array(text.utf8), source: "the example")
    var defaults = CollectorConfiguration()
    defaults.ring.isRawExplicit = true
    #expect(try CollectorConfiguration([settings]) == defaults)
    // None of them is there by default alone.
    for child in Mirror(reflecting: settings).children {
      let isNil = "\(child.value)" == "nil"
      #expect(!isNil, "\(child.label ?? "")")
    }
    // Those of the list, too: all built-in rules are in it, and each is its rule.
    for rule in AlarmRule.builtIn { #expect(text.contains("name: \"\(rule.name)\"")) }
  }

  @Test func `whether somebody said how many raw frames are kept is known`() throws {
    #expect(try !CollectorConfiguration([Self.file("{ ring: { minutes: 3 } }")]).ring.isRawExplicit)
    // Also where it is the default.
    let written = try Self.file("{ ring: { raw: '10m' } }")
    #expect(try CollectorConfiguration([CollectorSettings(), written]).ring.isRawExplicit)
    #expect(try CollectorConfiguration([written]).ring.raw == CollectorConfiguration().ring.raw)
  }

  @Test func `the defaults are the sampler's`() {
    #expect(CollectorConfiguration().maxPools == SampleOptions().maxPools)
    #expect(CollectorConfiguration().maxAddresses == SampleOptions().maxAddresses)
  }

  @Test func `an empty file says nothing`() throws {
    #expect(try Self.file("{}") == CollectorSettings())
    #expect(try CollectorConfiguration([]) == CollectorConfiguration())
    #expect(try Self.file("{ interval: null, alarms: null }") == CollectorSettings())
  }

  @Test func `flags come before the environment, that before the file, that before defaults`()
    throws
  {
    let file = try Self.file("{ interval: 3, budget: 0.3, max_pools: 30, log_level: 'error' }")
    let environment = try Self.environment([
      "ULLAGE_INTERVAL": "200ms", "ULLAGE_BUDGET": "0.2", "ULLAGE_SERVICE": "",
      "ULLAGE_POSSIBLE_FAILURES": "true", "ULLAGE_OWNERS": "false",
    ])
    var flags = CollectorSettings()
    flags.intervalNanoseconds = 1
    let all = try CollectorConfiguration([flags, environment, file])
    #expect(all.intervalNanoseconds == 1)
    #expect(all.budget == 0.2)
    #expect(all.maxPools == 30)
    #expect(all.logLevel == .error)
    #expect(all.maxAddresses == 1024)
    #expect(all.possibleFailures && !CollectorConfiguration().possibleFailures)
    #expect(!all.owners && CollectorConfiguration().owners)
    let two = try CollectorConfiguration([environment, file])
    #expect(two.intervalNanoseconds == 200_000_000)
    #expect(try CollectorConfiguration([file]).intervalNanoseconds == 3_000_000_000)
  }

  @Test func `every value is read from a file`() throws {
    let settings = try Self.file(
      """
      { interval: "100ms", budget: .5, guard_interval: 0.02, netns: "own", max_pools: 8, max_addresses: 0x10,
        ring: { directory: "/r", total: "96MiB", raw: 700, ten_seconds: "2h", minutes: "7d", mode: "0600" },
        thresholds: { warning: 0.5, critical: 1 }, possible_failures: true, owners: false, log_level: "debug", service: "shop", role: "edge",
        alarms: [{ name: "mine", subject: "pool", kind: "udp-bind", threshold: 0.5, period: 2, hits: 1,
          severity: "minor" }, { name: "host", enabled: false }, { name: "pool", threshold: 0.7, }] }
      """)
    let all = try CollectorConfiguration([settings])
    #expect(all.intervalNanoseconds == 100_000_000)
    #expect(all.guardIntervalNanoseconds == 20_000_000)
    #expect(all.maxAddresses == 16)
    #expect(all.ring.directory == "/r")
    #expect(all.namespaces == .own && CollectorConfiguration().namespaces == .all)
    #expect(all.ring.totalByteCount == 96 << 20)
    #expect(all.ring.raw == .frames(700))
    #expect(all.ring.tenSeconds.frameCount(stepNanoseconds: 10_000_000_000) == 720)
    #expect(all.ring.minutes.frameCount(stepNanoseconds: 60_000_000_000) == 10_080)
    #expect(all.ring.mode == 0o600)
    #expect(all.thresholds.critical == 1)
    #expect(all.possibleFailures && !all.owners)
    #expect(all.logLevel == .debug)
    #expect(all.alarms.count == AlarmRule.builtIn.count)
    #expect(!all.alarms.contains { $0.name == "host" })
    #expect(
      all.alarms.last
        == AlarmRule(
          name: "mine", subject: .pool(.udpBind), threshold: 0.5,
          periodNanoseconds: 2_000_000_000, hits: 1, severity: .minor, service: "shop",
          role: "edge"))
    let pool = try #require(all.alarms.first { $0.name == "pool" })
    #expect(pool.threshold == 0.7)
    #expect(pool.hits == 5 && pool.periodNanoseconds == 1_000_000_000)
    #expect(pool.subject == .pool(.connect))
  }

  @Test func `every value but the rules is read from the environment`() throws {
    let settings = try Self.environment([
      "ULLAGE_INTERVAL": "2", "ULLAGE_BUDGET": "0.1", "ULLAGE_GUARD_INTERVAL": "50ms",
      "ULLAGE_RING": "/r", "ULLAGE_RING_RAW": "700", "ULLAGE_RING_TEN_SECONDS": "2h",
      "ULLAGE_RING_MINUTES": "7d", "ULLAGE_RING_MODE": "0600", "ULLAGE_WARNING": "0.5",
      "ULLAGE_CRITICAL": "0.6", "ULLAGE_MAX_POOLS": "8", "ULLAGE_MAX_ADDRESSES": "9",
      "ULLAGE_LOG_LEVEL": "debug", "ULLAGE_SERVICE": "12", "ULLAGE_ROLE": "edge",
      "ULLAGE_POSSIBLE_FAILURES": "false", "ULLAGE_OWNERS": "true",
      "ULLAGE_NETNS": "own", "ULLAGE_RING_TOTAL": "33554432",
    ])
    #expect(settings.namespaces == .own && settings.ringTotal == 32 << 20)
    for child in Mirror(reflecting: settings).children where child.label != "alarms" {
      let isNil = "\(child.value)" == "nil"
      #expect(!isNil, "\(child.label ?? "")")
    }
    #expect(settings.ringRaw == .frames(700))
    #expect(settings.service == "12")
  }

  @Test func `a user's file comes before the system's, root has the system's alone`() {
    let variables = ["HOME": "/h", "XDG_CONFIG_HOME": "/c"]
    #expect(
      ConfigurationFile.paths(isRoot: false) { variables[$0] } == [
        "/c/ullage/ullage.json5", "/etc/ullage/ullage.json5",
      ])
    #expect(
      ConfigurationFile.paths(isRoot: false) { $0 == "HOME" ? "/h" : "not/absolute" }[0]
        == "/h/.config/ullage/ullage.json5")
    #expect(ConfigurationFile.paths(isRoot: true) { variables[$0] } == ["/etc/ullage/ullage.json5"])
    #expect(ConfigurationFile.paths(isRoot: false) { _ in nil } == ["/etc/ullage/ullage.json5"])
  }

  @Test func `a default file may be missing, a named one may not`() throws {
    #expect(try ConfigurationFile.load(nil, defaults: ["/nowhere/a"]) == CollectorSettings())
    #expect(try ConfigurationFile.load(nil, defaults: ["/dev/null/a"]) == CollectorSettings())
    #expect(
      throws: ConfigurationError.unreadable(SystemCallError("open", "/dev/null/a", .notDirectory))
    ) { try ConfigurationFile.load("/dev/null/a", defaults: []) }
    #expect(
      throws: ConfigurationError.unreadable(SystemCallError("open", "/nowhere/a", .noEntry))
    ) { try ConfigurationFile.load("/nowhere/a", defaults: []) }
    let path = "/tmp/ullage-configuration-\(Clock.monotonicNanoseconds()).json5"
    try TestFile.write(Array("{ budget: 0.5 }".utf8), to: path)
    #expect(try ConfigurationFile.load(nil, defaults: ["/nowhere/a", path]).budget == 0.5)
    #expect(try ConfigurationFile.load(path, defaults: []).budget == 0.5)
  }
}
