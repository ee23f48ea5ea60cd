import Delivery
import Kernel
import OutputTestKit
import Testing

/// Commands that are slow, fail, do not listen; a queue that is full.
@Suite struct CommandDeliveryTests {
  /// A file of its own for each test, removed at the end.
  private static func path() -> String {
    "/tmp/ullage-delivery-\(Clock.monotonicNanoseconds())-\(UInt64.random(in: 0 ... .max))"
  }

  private static func item(_ id: UInt64, lane: String = "a", _ text: String = "x\n") -> DeliveryItem
  {
    DeliveryItem(id: id, lane: lane, payload: Array(text.utf8))
  }

  private static var quick: DeliveryOptions {
    var options = DeliveryOptions()
    options.backOffNanoseconds = 1_000_000
    return options
  }

  /// Runs until nothing is left to do, and at most 20 s.
  private static func drain(_ delivery: inout CommandDelivery) -> [DeliveryOutcome] {
    var outcomes: [DeliveryOutcome] = []
    let end = Clock.monotonicNanoseconds() + 20_000_000_000
    while !delivery.isIdle, Clock.monotonicNanoseconds() < end {
      outcomes += delivery.step(now: Clock.monotonicNanoseconds())
      Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 1_000_000)
    }
    return outcomes
  }

  private static func read(_ path: String) -> String {
    (try? KernelFile.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? "(nothing)"
  }

  @Test func `a command gets each item on its standard input, in order`() {
    let path = Self.path()
    defer { TestFile.remove(path) }
    var delivery = CommandDelivery(command: "cat >> \(path)", options: Self.quick)
    for id in 1...5 { _ = delivery.submit(Self.item(UInt64(id), "item \(id)\n")) }
    let outcomes = Self.drain(&delivery)
    #expect(outcomes.map(\.id) == [1, 2, 3, 4, 5])
    #expect(outcomes.allSatisfy { $0.result == .delivered && $0.isSettled })
    #expect(Self.read(path) == "item 1\nitem 2\nitem 3\nitem 4\nitem 5\n")
  }

  @Test func `a command that does not read is no harm, however much there is`() {
    var delivery = CommandDelivery(command: "exec < /dev/null; true", options: Self.quick)
    _ = delivery.submit(Self.item(1, String(repeating: "x", count: 1_000_000)))
    #expect(Self.drain(&delivery).map(\.result) == [.delivered])
  }

  @Test func `a slow command is killed at its time-out, with all that it started`() {
    let path = Self.path()
    defer { TestFile.remove(path) }
    var options = Self.quick
    options.timeoutNanoseconds = 100_000_000
    options.retries = 0
    var delivery = CommandDelivery(
      command: "(sleep 0.4; echo late > \(path)) & sleep 60", options: options)
    _ = delivery.submit(Self.item(1))
    let start = Clock.monotonicNanoseconds()
    let failure = DeliveryFailure.timedOut(nanoseconds: 100_000_000)
    #expect(Self.drain(&delivery).map(\.result) == [.failed(failure, attempts: 1)])
    #expect(Clock.monotonicNanoseconds() - start < 10_000_000_000)
    #expect("\(failure)" == "it was killed after 0.1 s")
    Clock.sleep(untilMonotonicNanoseconds: start + 700_000_000)
    #expect(Self.read(path) == "(nothing)")
  }

  @Test func `a failing command is run again, with longer and longer pauses, then given up`() {
    let path = Self.path()
    defer { TestFile.remove(path) }
    var options = Self.quick
    options.backOffNanoseconds = 20_000_000
    var delivery = CommandDelivery(command: "echo try >> \(path); exit 3", options: options)
    _ = delivery.submit(Self.item(7))
    let start = Clock.monotonicNanoseconds()
    let outcomes = Self.drain(&delivery)
    #expect(
      outcomes.map(\.result) == [
        .retrying(.status(3), attempt: 1), .retrying(.status(3), attempt: 2),
        .retrying(.status(3), attempt: 3), .failed(.status(3), attempts: 4),
      ])
    #expect(outcomes.map(\.isSettled) == [false, false, false, true])
    #expect(Clock.monotonicNanoseconds() - start >= 140_000_000)
    #expect(Self.read(path) == "try\ntry\ntry\ntry\n")
  }

  @Test func `what fails once is delivered the second time, before what came after it`() {
    let path = Self.path()
    defer { TestFile.remove(path) }
    var delivery = CommandDelivery(
      command: "read x; echo $x >> \(path); [ $(wc -l < \(path)) -gt 1 ]", options: Self.quick)
    for id in 1...2 { _ = delivery.submit(Self.item(UInt64(id), "\(id)\n")) }
    #expect(Self.drain(&delivery).filter(\.isSettled).map(\.id) == [1, 2])
    #expect(Self.read(path) == "1\n1\n2\n")
  }

  @Test func `as many commands run at once as may, and one of each lane`() {
    var options = Self.quick
    options.concurrency = 3
    var delivery = CommandDelivery(command: "sleep 0.2", options: options)
    for (id, lane) in ["a", "a", "b", "c", "d"].enumerated() {
      _ = delivery.submit(Self.item(UInt64(id), lane: lane))
    }
    _ = delivery.step(now: Clock.monotonicNanoseconds())
    let state = (delivery.runningCount, delivery.nextDeadline(now: 0) != nil)
    #expect(state == (3, true))
    let outcomes = Self.drain(&delivery)
    #expect(Set(outcomes.map(\.id)) == [0, 1, 2, 3, 4])
    #expect(Set(outcomes.prefix(3).map(\.id)) == [0, 2, 3])
  }

  @Test func `nobody is woken for what cannot be tried yet`() {
    var options = Self.quick
    options.backOffNanoseconds = 60_000_000_000
    var delivery = CommandDelivery(command: "false", options: options)
    for id in 1...2 { _ = delivery.submit(Self.item(UInt64(id))) }
    var outcomes: [DeliveryOutcome] = []
    while outcomes.isEmpty { outcomes = delivery.step(now: Clock.monotonicNanoseconds()) }
    let now = Clock.monotonicNanoseconds()
    let next = delivery.nextDeadline(now: now)
    #expect(next.map { $0 > now + 50_000_000_000 } ?? false)
  }

  @Test func `the queue is bounded: the oldest goes`() {
    var options = Self.quick
    options.queueLimit = 3
    var delivery = CommandDelivery(command: "true", options: options)
    let dropped = (1...5).compactMap { delivery.submit(Self.item(UInt64($0))) }
    #expect(dropped.map(\.id) == [1, 2])
    #expect(dropped.allSatisfy { $0.result == .dropped && $0.isSettled })
    #expect(Self.drain(&delivery).map(\.id) == [3, 4, 5])
  }

  @Test func `an orderly end starts nothing new`() {
    var delivery = CommandDelivery(command: "true", options: Self.quick)
    _ = delivery.submit(Self.item(1))
    let outcomes = delivery.step(now: Clock.monotonicNanoseconds(), starts: false)
    #expect(outcomes == [])
    let state = (delivery.runningCount, delivery.isIdle)
    #expect(state == (0, false))
  }

  @Test func `a shell's own refusals are failures too`() {
    var options = Self.quick
    options.retries = 0
    for (command, failure) in [
      ("/nowhere/at/all", DeliveryFailure.status(127)), ("kill -9 $$", .signal(9)),
    ] {
      var delivery = CommandDelivery(command: command, options: options)
      _ = delivery.submit(Self.item(1))
      #expect(Self.drain(&delivery).map(\.result) == [.failed(failure, attempts: 1)])
    }
  }

  @Test func `a delivery that is dropped kills what runs`() {
    let path = Self.path()
    defer { TestFile.remove(path) }
    do {
      var delivery = CommandDelivery(command: "sleep 0.3; echo late > \(path)")
      _ = delivery.submit(Self.item(1))
      _ = delivery.step(now: Clock.monotonicNanoseconds())
    }
    Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 600_000_000)
    #expect(Self.read(path) == "(nothing)")
  }
}
