import Kernel
import OutputTestKit

/// A terminal of tmux's, with a shell in it: what a person would see and type.
struct TmuxScreen: ~Copyable {
  /// The socket of a server of our own.
  private let server: String
  /// The program under test, as the shell calls it.
  static let demo = Program.built("LiveDemo").path

  init(columns: Int, rows: Int) throws(SystemCallError) {
    server = "/tmp/ullage-test-\(Clock.monotonicNanoseconds()).tmux"
    let shell =
      "env -i PATH=/usr/bin:/bin TERM=tmux-256color LC_ALL=C.UTF-8 PS1='$ ' bash --norc --noprofile -i"
    try tmux([
      "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", shell,
    ])
    // Once the shell has asked, it listens.
    _ = try wait { $0.first?.hasSuffix("$") ?? false }
    try command("ulimit -c 0; PS1='$ '; clear")
    _ = try wait { $0.first == "$" }
  }

  deinit {
    _ = try? Self.tmux(server, ["kill-server"])
    _ = try? Program("/bin/rm", ["-f", server]).run()
  }

  /// Types text and Return.
  func command(_ text: String) throws(SystemCallError) {
    try tmux(["send-keys", "-l", text])
    try press("Enter")
  }

  /// Presses keys, by tmux's names.
  func press(_ keys: String...) throws(SystemCallError) {
    for key in keys { try tmux(["send-keys", key]) }
  }

  func resize(columns: Int, rows: Int) throws(SystemCallError) {
    try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// The lines that are shown, without blanks at their ends.
  var lines: [String] {
    get throws(SystemCallError) {
      let text = try tmux(["capture-pane", "-p"])
      return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
        var line = line
        while line.last == " " { line.removeLast() }
        return String(line)
      }
    }
  }

  /// A fact about the pane: "cursor_flag", "alternate_on", "pane_pid", "pane_current_command".
  func fact(_ name: String) throws(SystemCallError) -> String {
    let text = try tmux(["display-message", "-p", "#{\(name)}"])
    return String(text.prefix { $0 != "\n" })
  }

  /// Waits until the screen is as asked, ten seconds at most; what it is then.
  func wait(until isDone: ([String]) -> Bool) throws(SystemCallError) -> [String] {
    let deadline = Clock.monotonicNanoseconds() + 10_000_000_000
    while true {
      let lines = try lines
      if isDone(lines) || Clock.monotonicNanoseconds() > deadline { return lines }
      Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 30_000_000)
    }
  }

  @discardableResult
  private func tmux(_ arguments: [String]) throws(SystemCallError) -> String {
    try Self.tmux(server, arguments)
  }

  @discardableResult
  private static func tmux(
    _ server: String, _ arguments: [String]
  ) throws(SystemCallError) -> String {
    var program = Program("/usr/bin/tmux", ["-u", "-S", server] + arguments)
    program.environment["LC_ALL"] = "C.UTF-8"
    let run = try program.run()
    guard run.end == .status(0) else {
      throw SystemCallError(
        "run", "tmux \(arguments.joined(separator: " ")): \(run.message)", .invalid)
    }
    return run.text
  }
}
