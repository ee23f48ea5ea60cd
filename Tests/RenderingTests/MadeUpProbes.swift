import Inet
import Kernel
import Rendering

/// Reports of probes of hosts that were made up.
enum MadeUpProbes {
  private static let source = IPAddress(ipv4: 0x0a00_0005)
  private static let destination = IPAddress(ipv4: 0x0a01_0203)

  /// Every kind of answer, in the order of the golden files.
  static var all: [ProbeReport] {
    [
      granted, searching, exhausted, partly, notLocal, noSource, noRoute, refused, consumed,
      withoutLoopback, datagrams, bind, blocked, allBlocked, noneBlocked,
      onePort(isBlocked: false), onePort(isBlocked: true), allReserved, both,
    ]
  }

  static var granted: ProbeReport { report(question()) }

  static var searching: ProbeReport {
    var question = question()
    question.times = .init(minimum: 301_200, median: 329_400, maximum: 1_310_000)
    question.isSearching = true
    return report(question)
  }

  static var exhausted: ProbeReport {
    var question = failed(.exhausted, .addressNotAvailable)
    question.times = .init(minimum: 583_000, median: 600_100, maximum: 625_000)
    question.isSearching = true
    return report(question)
  }

  static var partly: ProbeReport {
    var question = question()
    question.grantedCount = 3
    question.reason = .exhausted
    question.errno = .addressNotAvailable
    return report(question)
  }

  static var notLocal: ProbeReport {
    var question = failed(.sourceNotLocal, .addressNotAvailable)
    question.times = nil
    return report(question)
  }

  static var noSource: ProbeReport {
    var question = ProbeQuestion(
      .connect(source: nil, destination: IPAddress(high: 0x2001_0db8 << 32, low: 1), port: 443),
      .tcp, probeCount: 5)
    question.reason = .noSource
    question.errno = .addressNotAvailable
    question.times = .init(minimum: 2100, median: 2200, maximum: 2300)
    question.unusedTimes = question.times
    question.plainTimes = question.times
    question.isSearching = false
    return report(question)
  }

  static var noRoute: ProbeReport { report(failed(.noRoute, .networkUnreachable)) }

  static var refused: ProbeReport { report(failed(.refused, .notPermitted)) }

  static var consumed: ProbeReport {
    var question = question()
    question.reusableCount = 1204
    question.consumedCount = 2
    return report(question)
  }

  static var withoutLoopback: ProbeReport {
    var question = question()
    question.unusedTimes = nil
    question.plainTimes = nil
    question.isSearching = nil
    question.establishedResetCount = 5
    return report(question)
  }

  static var datagrams: ProbeReport {
    var question = ProbeQuestion(
      .connect(source: source, destination: destination, port: 53), .udp, probeCount: 1)
    question.reason = .exhausted
    question.errno = .again
    question.times = .init(minimum: 9999, median: 9999, maximum: 9999)
    return report(question)
  }

  static var bind: ProbeReport {
    var question = ProbeQuestion(
      .bind(IPAddress(high: 0xfe80 << 48, low: 5)), .tcp, probeCount: 5)
    question.interface = "eth0"
    question.grantedCount = 5
    question.lastAddress = IPAddress(high: 0xfe80 << 48, low: 5)
    question.lastPort = 52_011
    question.times = .init(minimum: 1100, median: 1200, maximum: 15_000)
    return report(question)
  }

  static var blocked: ProbeReport {
    var list = BlockedPortList(
      range: .kernelDefault, reservedCount: 12, probedCount: 28_220, nanoseconds: 41_200_000,
      ports: [40_000, 40_001, 40_002, 52_011, 52_012, 52_013, 60_999])
    list.holders = [
      40_000: .listener, 40_001: .listener, 40_002: .idleBind, 52_011: .connection,
      52_012: .timeWait, 52_013: .timeWait,
    ]
    var report = report(nil)
    report.blocked = list
    return report
  }

  static var allBlocked: ProbeReport {
    var report = report(nil)
    let ports: PortSet = [40_000, 40_001]
    if let range = PortRange(low: 40_000, high: 40_001) {
      report.blocked = BlockedPortList(
        range: range, reservedCount: 0, probedCount: 2, nanoseconds: 9000, ports: ports)
    }
    return report
  }

  static var noneBlocked: ProbeReport {
    var report = report(nil)
    report.blocked = BlockedPortList(
      range: .kernelDefault, reservedCount: 0, probedCount: 28_232, nanoseconds: 39_000_000,
      ports: PortSet())
    return report
  }

  static func onePort(isBlocked: Bool) -> ProbeReport {
    var report = report(nil)
    report.blocked = BlockedPortList(
      range: PortRange(40_001), reservedCount: 0, probedCount: 1, nanoseconds: 9000,
      ports: isBlocked ? [40_001] : [])
    return report
  }

  static var allReserved: ProbeReport {
    var report = report(nil)
    report.blocked = BlockedPortList(
      range: PortRange(40_001), reservedCount: 1, probedCount: 0, nanoseconds: 9000, ports: [])
    return report
  }

  static var both: ProbeReport {
    var report = exhausted
    report.blocked = blocked.blocked
    return report
  }

  private static func report(_ question: ProbeQuestion?) -> ProbeReport {
    var report = ProbeReport(
      host: "web-17", namespace: "host", takenAtNanoseconds: 1_795_229_233_123_456_789)
    report.question = question
    return report
  }

  private static func question() -> ProbeQuestion {
    var question = ProbeQuestion(
      .connect(source: source, destination: destination, port: 443), .tcp, probeCount: 5)
    question.grantedCount = 5
    question.lastAddress = source
    question.lastPort = 40_122
    question.times = .init(minimum: 3200, median: 3440, maximum: 5100)
    question.unusedTimes = .init(minimum: 2900, median: 3100, maximum: 11_300)
    question.plainTimes = .init(minimum: 2800, median: 3000, maximum: 4000)
    question.isSearching = false
    question.establishedResetCount = 15
    return question
  }

  private static func failed(_ reason: ProbeQuestion.Reason, _ errno: Errno) -> ProbeQuestion {
    var question = question()
    question.grantedCount = 0
    question.lastAddress = nil
    question.lastPort = nil
    question.reason = reason
    question.errno = errno
    question.establishedResetCount = 10
    return question
  }
}
