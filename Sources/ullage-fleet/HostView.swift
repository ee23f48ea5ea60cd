import ArgumentParser
import Kernel

/// A view of `ullage` over a ring: its name and options, and how it is run.
struct HostView {
  private let name: String
  private let options: [String]
  /// The namespace that stands among the options of the view.
  let namespace: String?

  /// Views that take a ring as an option, and those that take it as an argument.
  private static let byOption = ["live", "history", "log", "alarms", "check"]
  private static let byArgument = ["export", "report"]

  /// The view in the words after the options of `--host`; without one the snapshot.
  init(_ words: [String]) throws {
    var words = words[...]
    // Words that stand after "--" come with it.
    if words.first == "--" { words.removeFirst() }
    let first = words.first.flatMap { $0.hasPrefix("-") ? nil : $0 }
    name = first ?? "snapshot"
    if first != nil { words.removeFirst() }
    guard name == "snapshot" || Self.byOption.contains(name) || Self.byArgument.contains(name)
    else {
      let views = (["snapshot"] + Self.byOption + Self.byArgument).joined(separator: ", ")
      throw ValidationError("of another host there are the views \(views), not \(name).")
    }
    var options: [String] = [], namespace: String?
    while let word = words.popFirst() {
      if word == "--ring" || word.hasPrefix("--ring=") {
        throw ValidationError("--ring and --host exclude each other.")
      } else if word == "--netns" {
        namespace = words.popFirst() ?? ""
      } else if word.hasPrefix("--netns=") {
        namespace = String(word.dropFirst("--netns=".count))
      } else {
        options.append(word)
      }
    }
    if namespace?.isEmpty == true {
      throw ValidationError("--netns takes the name of a namespace.")
    }
    self.options = options
    self.namespace = namespace
  }

  /// Whether it shows the present only.
  var isOfNow: Bool { name == "snapshot" || name == "check" }

  /// What is to wait until `run` asks for it.
  static func signals() -> SignalQueue {
    if SignalQueue.isIgnored(.child) { SignalQueue.setDefault(.child) }
    let asked: [SignalQueue.Signal] = [.hangup, .interrupt, .terminate, .quit]
    return SignalQueue(asked.filter { !SignalQueue.isIgnored($0) } + [.child])
  }

  /// Runs the view over the ring at `path` and returns its status, as a shell has it.
  func run(over path: String, _ signals: SignalQueue) throws(SystemCallError) -> Int32 {
    // From where this program is, and never from PATH.
    let own = try ProgramImage.path()
    let ullage = "\(own.prefix(through: own.lastIndex(of: "/") ?? own.startIndex))ullage"
    var process = try CommandProcess(
      [ullage] + words(over: path), variables: [], signals: signals)
    while true {
      if let end = process.poll() { return end.shellStatus }
      let arrival = signals.nextArrival(
        untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 1_000_000_000)
      // What the kernel sends to a terminal's foreground it has sent to the view too.
      if let arrival, arrival.signal != .child, !arrival.isFromKernel {
        process.send(arrival.signal)
      }
    }
  }

  private func words(over path: String) -> [String] {
    if name == "snapshot" { return ["live", "--once", "--ring", path] + options }
    if Self.byArgument.contains(name) { return [name, path] + options }
    return [name, "--ring", path] + options
  }
}
