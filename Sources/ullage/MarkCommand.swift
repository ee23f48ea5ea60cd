import ArgumentParser
import Console
import Frames
import Kernel
import Recording

/// `ullage mark`: a mark in the recording that runs.
struct MarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mark",
    abstract: "Leave a mark in the recording that runs: a line on its time axis.",
    usage: "ullage mark [--recorder <path>] <text> ...",
    discussion: """
      For scripts that `ullage record` runs. The words make one text, of which 200 bytes are kept; \
      control characters become blanks.

      EXAMPLES
        ullage mark phase 2
        ullage mark "rate 500/s"

      ENVIRONMENT
        ULLAGE_RECORDER   where the recorder listens; `ullage record` sets it for
                          its command
      """)

  @Option(
    help: ArgumentHelp(
      "Where the recorder listens; by default what ULLAGE_RECORDER says.", valueName: "path"))
  var recorder: String?

  @Argument(help: "The text.")
  var text: [String]

  func run() throws {
    do throws(Failure) {
      try send()
    } catch {
      throw error.report()
    }
  }

  private func send() throws(Failure) {
    let joined = text.joined(separator: " ")
    guard
      let mark = EventText.cleaned(joined.utf8, byteCountMax: EventText.markByteCountMax)
    else { throw Failure("the mark has no text") }
    let named = recorder ?? Environment.value(MarkInbox.variable) ?? ""
    guard !named.isEmpty else {
      throw Failure(
        "no recorder: \(MarkInbox.variable) is not set; run this in a command of `ullage record`, or "
          + "say --recorder")
    }
    do throws(SystemCallError) {
      try DatagramInbox.send(Array(mark.utf8), to: named)
    } catch {
      let hint =
        switch error.errno {
        case .noEntry, .connectionRefused: "; the recording has ended"
        case .permissionDenied: "; it is another user's recording"
        default: ""
        }
      throw Failure("cannot leave a mark: \(error)\(hint)")
    }
  }
}
