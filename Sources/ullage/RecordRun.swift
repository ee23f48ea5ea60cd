import Console
import Frames
import HostFacts
import Kernel
import Recording
import Rendering
import Ring
import Verdicts

/// A recording from its start to its verdict: the command runs, signals are passed on, the recorder goes on
/// beside it.
struct RecordRun {
  private let request: RecordRequest

  init(_ request: RecordRequest) { self.request = request }

  /// Records, and returns the status to end with. Throws only where the command was not run.
  func run() throws(Failure) -> Int32 {
    // What is ignored here is ignored by the command too, and none of our business; a child that ends is.
    if SignalQueue.isIgnored(.child) { SignalQueue.setDefault(.child) }
    let asked: [SignalQueue.Signal] = [.hangup, .interrupt, .terminate, .quit, .brokenPipe]
    let signals = SignalQueue(asked.filter { !SignalQueue.isIgnored($0) } + [.child])
    let recorder = try start()
    var progress = RecordProgress(request)
    guard !request.command.isEmpty else {
      wait(for: nil, recorder, signals, &progress)
      recorder.finish()
      conclude(recorder, &progress)
      return 0
    }
    let start = Clock.monotonicNanoseconds(), processors = ProcessorTime.read()
    let command: RecordedCommand
    do throws(SystemCallError) {
      command = try RecordedCommand(request.command, recorder.inboxPath, signals)
    } catch {
      recorder.discard()
      Failure.warn("\(error)")
      return error.errno == .noEntry || error.errno == .notDirectory ? 127 : 126
    }
    recorder.settle()
    recorder.note(.runStarted, Self.line(request.command), at: start)
    wait(for: command, recorder, signals, &progress)
    let end = command.end ?? CommandProcess.End(.status(-1), cpuNanoseconds: 0)
    let wall = Clock.monotonicNanoseconds() - start
    let busy = processors.flatMap { ProcessorTime.read()?.busyShare(since: $0) }
    let summary = RunEnd(
      end.end, wallMilliseconds: wall / 1_000_000, cpuMilliseconds: end.cpuNanoseconds / 1_000_000,
      hostBusyPercent: busy.map { Int(100 * $0) })
    recorder.note(.runEnded, summary.text)
    recorder.finish()
    conclude(recorder, &progress)
    return end.shellStatus
  }

  /// Waits for the end of the command, or of the time, or for a signal that ends a recording without one.
  private func wait(
    for command: RecordedCommand?, _ recorder: RunRecording, _ signals: SignalQueue,
    _ progress: inout RecordProgress
  ) {
    let started = Clock.monotonicNanoseconds()
    var endsAt = request.durationNanoseconds.map { started + $0 } ?? .max
    var hasFailed = false
    while true {
      if let command, command.hasEnded { return }
      if !hasFailed, let failure = recorder.failure {
        hasFailed = true
        progress.clear()
        Failure.warn(
          "the recording has stopped: \(failure)"
            + (command == nil ? "" : "; the command goes on"))
        if command == nil { return }
      }
      let now = Clock.monotonicNanoseconds()
      if now >= endsAt {
        endsAt = .max
        guard command != nil else { return }
        recorder.finish()
      }
      progress.show(at: now)
      // A recorder that fails wakes nobody: it is looked at twice a second.
      let arrival = signals.nextArrival(
        untilMonotonicNanoseconds: min(endsAt, now + 500_000_000))
      switch arrival?.signal {
      case nil, .child, .brokenPipe: break
      case .hangup?, .interrupt?, .terminate?, .quit?:
        guard let command, let arrival else { return }
        // What the kernel sends to a terminal's foreground it has sent to the command too.
        if !arrival.isFromKernel { command.send(arrival.signal) }
      }
    }
  }

  /// Says what was seen.
  private func conclude(_ recorder: RunRecording, _ progress: inout RecordProgress) {
    progress.clear()
    let failure = recorder.failure
    do throws(Failure) {
      let run = try Failure.rewording { () throws(RingError) in
        try RecordedRun(path: request.path)
      }
      let style = request.output.errorStyle
      var lines = RunVerdictPage.lines(run.verdict, style: style, names: request.output.names)
      lines += RunVerdictPage.recorded(
        run.verdict, path: request.path, byteCount: run.byteCount, style: style,
        names: request.output.names)
      if let failure {
        lines.append("incomplete  the recording stopped early: \(failure)")
      }
      try? ByteStream.standardError.write(Array((lines.joined(separator: "\n") + "\n").utf8))
      try write(run)
    } catch {
      Failure.warn(error.message)
    }
  }

  private func write(_ run: RecordedRun) throws(Failure) {
    guard let json = request.json else { return }
    let bytes = RunVerdictDocument.json(
      run.verdict, host: run.host, namespace: run.namespace, path: request.path,
      names: request.output.names)
    do throws(SystemCallError) {
      if json == "-" {
        try ByteStream.standardOutput.write(bytes)
      } else {
        try WrittenFile.replace(json, with: bytes)
      }
    } catch {
      throw Failure(writing: error)
    }
  }

  /// The recording, begun.
  private func start() throws(Failure) -> RunRecording {
    let recording: RunRecording
    do throws(RecordingError) {
      recording = try RunRecording.start(to: request.path, request.options)
    } catch {
      if case .noRecording(let path) = error {
        throw Failure("\(path) is no recording; --force does not replace it")
      }
      throw Failure("\(error)")
    }
    if recording.inboxPath == nil {
      Failure.warn("no socket could be made for marks: `ullage mark` will not work")
    }
    return recording
  }

  /// The command line, for the recording.
  private static func line(_ words: [String]) -> String {
    let text = words.map { word in
      word.isEmpty || word.contains(" ") ? "'\(word)'" : word
    }.joined(separator: " ")
    return EventText.cleaned(text.utf8, byteCountMax: EventText.byteCountMax) ?? "?"
  }
}

/// The command that is recorded, until it ends.
final class RecordedCommand {
  private var process: CommandProcess
  private(set) var end: CommandProcess.End?

  init(
    _ words: [String], _ inboxPath: String?, _ signals: SignalQueue
  ) throws(SystemCallError) {
    let variables = inboxPath.map { [(name: MarkInbox.variable, value: $0)] } ?? []
    process = try CommandProcess(words, variables: variables, signals: signals)
  }

  /// Whether it has ended; looks, and does not wait.
  var hasEnded: Bool {
    if end == nil { end = process.poll() }
    return end != nil
  }

  func send(_ signal: SignalQueue.Signal) { process.send(signal) }
}
