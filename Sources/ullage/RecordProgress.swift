import Console
import FrameRing
import Kernel
import Rendering
import Ring
import Verdicts

/// One line on a terminal behind standard error: how the recording goes. None where the command's output is
/// there too.
struct RecordProgress {
  private let isWanted: Bool
  private let path: String
  private let output: OutputOptions
  private var reader: FrameRingReader?
  private var observation = RunObservation()
  private var next: UInt64 = 0
  private var shownAt: UInt64 = 0
  private var isShown = false

  init(_ request: RecordRequest) {
    // What a command writes to the same terminal would be mixed with it.
    let isShared = !request.command.isEmpty && ByteStream.standardOutput.isTerminal
    isWanted = !request.isQuiet && ByteStream.standardError.isTerminal && !isShared
    path = request.path
    output = request.output
  }

  /// Shows the line as of now, twice a second at most. The cursor is left at its start, so that what the
  /// command writes to standard error goes over it.
  mutating func show(at now: UInt64) {
    guard isWanted, now >= shownAt + 490_000_000 else { return }
    shownAt = now
    if reader == nil { reader = try? FrameRingReader(path: path, isNamed: true) }
    guard let reader, let next = try? reader.readRaw(from: next, { observation.add($0) }) else {
      return
    }
    self.next = next
    let style = output.errorStyle
    let line = RunProgressLine.text(observation.verdict, style: style, names: output.names)
    try? ByteStream.standardError.write(Array("\r\(line)\u{1b}[K\r".utf8))
    isShown = true
  }

  /// Takes the line away.
  mutating func clear() {
    guard isShown else { return }
    isShown = false
    try? ByteStream.standardError.write(Array("\r\u{1b}[K".utf8))
  }
}
