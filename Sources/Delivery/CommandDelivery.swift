internal import Kernel

/// Hands items to a shell command, each on its standard input: bounded in time, number and patience.
///
///     submit ──▶ queue (oldest dropped) ──▶ at most `concurrency` commands ──▶ delivered
///                  ▲      back-off                 │ failed, or killed at the time-out
///                  └───────────────────────────────┴──▶ after the last try: failed
///
/// Never waits: a loop calls `step` when a child ended or when `nextDeadline` has come.
public struct CommandDelivery: ~Copyable {
  private let command: String
  private let options: DeliveryOptions
  private var queue: DeliveryQueue
  private var running: [RunningCommand] = []

  /// A delivery by `/bin/sh -c command`.
  public init(command: String, options: DeliveryOptions = DeliveryOptions()) {
    self.command = command
    self.options = options
    queue = DeliveryQueue(options)
  }

  /// Whether nothing runs and nothing waits.
  public var isIdle: Bool { running.isEmpty && queue.count == 0 }

  /// The commands that run now.
  public var runningCount: Int { running.count }

  /// Takes an item. Returns what became of another one that had to go for it.
  public mutating func submit(_ item: DeliveryItem) -> DeliveryOutcome? {
    queue.append(item).map { DeliveryOutcome(id: $0.id, result: .dropped) }
  }

  /// Sees which commands have ended, kills those that ran for too long, and starts what can be started.
  ///
  /// `now` is of the monotonic clock. With `starts` false nothing new is begun, for an orderly end.
  public mutating func step(now: UInt64, starts: Bool = true) -> [DeliveryOutcome] {
    var outcomes: [DeliveryOutcome] = []
    var left: [RunningCommand] = []
    for command in running {
      guard let end = command.process.poll() else {
        if now >= command.deadline, !command.isKilled {
          command.process.kill()
          command.isKilled = true
        }
        left.append(command)
        continue
      }
      let failure: DeliveryFailure?
      switch end {
      case _ where command.isKilled:
        failure = .timedOut(nanoseconds: options.timeoutNanoseconds)
      case .status(0): failure = nil
      case .status(let status): failure = .status(status)
      case .signal(let signal): failure = .signal(signal)
      }
      outcomes.append(queue.finish(command.entry, failure, now: now))
    }
    running = left
    while starts, running.count < max(1, options.concurrency), let entry = queue.take(now: now) {
      do throws(SystemCallError) {
        let process = try ChildProcess(shell: command, input: entry.item.payload)
        running.append(
          RunningCommand(process, entry, deadline: now + options.timeoutNanoseconds))
      } catch {
        outcomes.append(queue.finish(entry, .notStarted(error), now: now))
      }
    }
    return outcomes
  }

  /// When to call `step` again at the latest, on the monotonic clock; nil when only a new item or the end
  /// of a child can change anything.
  public func nextDeadline(now: UInt64) -> UInt64? {
    // One that was killed is gone in a moment.
    let ends = running.map { $0.isKilled ? now + 5_000_000 : $0.deadline }
    let tries = running.count < max(1, options.concurrency) ? queue.nextTry : nil
    return (ends + (tries.map { [$0] } ?? [])).min()
  }
}

/// A command that runs, and the item that it was given.
private final class RunningCommand {
  var process: ChildProcess
  let entry: DeliveryQueue.Entry
  let deadline: UInt64
  var isKilled = false

  init(_ process: consuming ChildProcess, _ entry: DeliveryQueue.Entry, deadline: UInt64) {
    self.process = process
    self.entry = entry
    self.deadline = deadline
  }
}
