import Inet
import Pools
import Rendering
import Testing

/// Moments and pool keys as people write them.
@Suite struct TimeWordTests {
  /// 2026-11-21 02:47:13 UTC.
  private let now: UInt64 = 1_795_229_233_000_000_000
  private let second: UInt64 = 1_000_000_000

  @Test(arguments: [
    ("now", 0), ("0s", 0), ("30s", 30), ("10m", 600), ("2h", 7200), ("1d", 86_400),
    ("1.5h", 5400), ("10min", 600), ("10 m", 600), ("02:47", 13), ("02:47:13", 0),
    ("02:47:14", 86_399), ("02:48", 86_353),
    ("00:00", 10_033), ("2026-11-21", 10_033), ("2026-11-21T02:47:13Z", 0),
    ("2026-11-21t02:47:03z", 10), ("2026-11-21 02:47", 13), ("2026-11-21T03:47:13+01:00", 0),
    ("2026-11-20T21:17:13-05:30", 0), ("2026-11-14T02:47:13Z", 604_800),
    ("2024-02-29T00:00:00Z", 86_064_433),
  ]) func `a word is a moment before now`(_ text: String, _ seconds: UInt64) throws {
    let word = try #require(TimeWord(text))
    #expect(word.nanoseconds(at: now) == now - seconds * second)
  }

  @Test func `a fraction has up to nine places, and a moment may be to come`() {
    #expect(
      TimeWord("2026-11-21T02:47:13.000000042Z")?.nanoseconds(at: now) == now + 42)
    #expect(TimeWord("2026-11-21T02:47:13.5Z")?.nanoseconds(at: now) == now + second / 2)
    #expect(TimeWord("2030-01-01")?.nanoseconds(at: now) ?? 0 > now)
    #expect(TimeWord("100d")?.nanoseconds(at: second) == 0)
  }

  @Test(arguments: [
    "", " ", "then", "10", "10x", "-10m", "m", "1e3s", ".5h", "5.h", "24:00", "2:47",
    "02:60", "02:47:60", "02:47:1", "02-47", "2026-13-01", "2026-00-01", "2026-02-29",
    "2100-02-29", "2026-1-1", "1969-12-31", "2026-11-21T", "2026-11-21T24:00",
    "2026-11-21T02:47:13.Z", "2026-11-21T02:47:13.1234567890Z", "2026-11-21T02:47+1:00",
    "2026-11-21x02:47", "2026-11-21T02:47:13ZZ", "٠٢:٤٧", "999999999999d",
  ]) func `anything else is no moment`(_ text: String) { #expect(TimeWord(text) == nil) }

  @Test(arguments: [
    ("10.0.0.5,10.1.2.3:443", "10.0.0.5", "10.1.2.3", 0),
    ("10.0.0.5->10.1.2.3:443", "10.0.0.5", "10.1.2.3", 0),
    ("10.0.0.5 → 10.1.2.3:443", "10.0.0.5", "10.1.2.3", 0),
    ("::1,[fe80::2]:443%3", "::1", "fe80::2", 3),
  ]) func `a connect pool is two ends`(
    _ text: String, _ source: String, _ destination: String, _ interface: UInt32
  ) {
    #expect(
      PoolKeyText.key(text)
        == .connect(
          source: MadeUpHost.address(source), destination: MadeUpHost.address(destination),
          port: 443, interface: interface))
  }

  @Test func `the other pools have their words`() {
    #expect(PoolKeyText.key("bind:*") == .bind(.any))
    #expect(PoolKeyText.key("bind:0.0.0.0") == .bind(.anyIPv4))
    #expect(PoolKeyText.key("udp-bind:::1") == .udpBind(.address(MadeUpHost.address("::1"))))
    #expect(PoolKeyText.key("udp:ipv6") == .udp(.ipv6))
    for text in [
      "", "bind:", "udp:ipv5", "10.0.0.5", "10.0.0.5,10.1.2.3", "a,b:1", ",",
      "1.1.1.1,2.2.2.2:65536",
    ] {
      #expect(PoolKeyText.key(text) == nil, "\(text)")
    }
  }
}
