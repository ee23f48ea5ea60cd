import Frames
import FramesTestKit
import Inet
import OutputTestKit
import Pools
import Rendering
import Testing

/// The classic log as table, CSV and documents.
@Suite struct ClassicLogTests {
  private let golden = Golden(besides: #filePath)

  /// An aggregate of ten seconds, with a UDP address and one that holds everything.
  private static let frame: Frame = {
    var aggregate = FrameAggregate(stepNanoseconds: .max)
    for frame in Scenario.filling(seconds: 30).frames.suffix(10) { _ = aggregate.fold(frame) }
    guard var frame = aggregate.finish(),
      let pool = frame.pools.first(where: {
        $0.key == .bind(.address(MadeUpHost.address("10.0.0.5")))
      })
    else { preconditionFailure("the scenario has an address") }
    var udp = pool
    udp.key = .udpBind(.address(MadeUpHost.address("10.0.0.5")))
    udp.inUse = Gauge(12)
    udp.headroom = Gauge(28_220)
    (udp.states, udp.listeningPorts, udp.verdict) = (nil, nil, .ok)
    var loopback = pool
    loopback.key = .bind(.address(MadeUpHost.address("127.0.0.1")))
    loopback.owners = [OwnerShare(owner: 0, ports: 9, timeWait: 0, isInferred: false)]
    frame.flags.remove(.ownersUnavailable)
    frame.owners = [
      OwnerRecord(kind: .process, id: 812, name: "haproxy", ports: 9, timeWait: 0),
      OwnerRecord(
        kind: .cgroup, id: 4711, name: "haproxy.service", ports: 28_000, timeWait: 18_000),
      OwnerRecord(kind: .cgroup, id: 7, name: "cron.service", ports: 12, timeWait: 0),
    ]
    for index in frame.pools.indices where frame.pools[index].key == pool.key {
      frame.pools[index].owners = [
        OwnerShare(owner: 1, ports: 27_990, timeWait: 18_000, isInferred: true),
        OwnerShare(owner: 2, ports: 12, timeWait: 0, isInferred: false),
      ]
    }
    frame.pools += [udp, loopback]
    return frame
  }()

  private static func log(
    _ format: ClassicLog.Format, redacted: Bool = false, host: String = "web-17"
  ) -> (bytes: [UInt8], unknown: [String]) {
    var writer = MemoryFrames([frame]).writer
    writer.host = host
    var log = ClassicLog(format, host: host, names: Names(redacted: redacted))
    var bytes = log.header
    for _ in 0..<2 {
      bytes += log.lines(
        of: frame, writer: writer, askedAtNanoseconds: frame.takenAtNanoseconds + 400_000_000)
    }
    return (bytes, log.unknown)
  }

  @Test(arguments: [
    (ClassicLog.Format.table, "log.txt"), (.csv, "log.csv"),
  ]) func `the log is as it was`(_ format: ClassicLog.Format, _ name: String) throws {
    for isRedacted in [false, true] {
      let difference = try golden.difference(
        (isRedacted ? "redacted-" : "") + name, Self.log(format, redacted: isRedacted).bytes)
      #expect(difference == nil, "\(difference ?? "")")
    }
  }

  @Test func `documents keep their schema, one a line`() throws {
    let document = Array(Self.log(.json).bytes.split(separator: 0x0a)[0]) + [0x0a]
    let difference = try golden.difference("log.json", document)
    #expect(difference == nil, "\(difference ?? "")")
    let lines =
      Self.log(.json).bytes + Self.log(.json, redacted: true).bytes
      + Self.log(.json, host: "a\"b\\\u{1b}\n").bytes
    let faults = try DocumentSchema("ullage.log-1").faults(lines)
    #expect(faults == nil, "\(faults ?? "")")
    #expect(lines.split(separator: 0x0a).count == 18)
  }

  @Test func `the first columns are those of the script, in its order`() {
    let header = String(decoding: ClassicLog(.csv, host: "h").header, as: UTF8.self)
    #expect(
      header.hasPrefix(
        "Computer,DateTime,LocalAddress,#OfEPortsInUse,Max#OfEPorts,%EPortUsage,"
          + "#OfTcpListeningPorts,#OfPids,Protocol,"))
    #expect(ClassicLog(.json, host: "h").header.isEmpty)
  }

  @Test func `what is unknown is named, and not the columns that UDP has not`() {
    #expect(Self.log(.csv).unknown == ["#OfPids", "#OfTimeWait"])
  }

  @Test func `a name that has commas and quotes is quoted`() {
    let text = String(decoding: Self.log(.csv, host: "a,\"b\"").bytes, as: UTF8.self)
    #expect(text.split(separator: "\n")[1].hasPrefix("\"a,\"\"b\"\"\",2026-"))
  }
}
