public import Kernel

/// How a recorded command ended, and what it took; written into a recording as the text of an event.
public struct RunEnd: Hashable, Sendable {
  /// By itself, or by a signal.
  public var end: ChildProcess.End
  /// From its start to its end, in milliseconds.
  public var wallMilliseconds: UInt64
  /// Processor time of it and of what it waited for, in milliseconds.
  public var cpuMilliseconds: UInt64

  /// The end given.
  public init(_ end: ChildProcess.End, wallMilliseconds: UInt64, cpuMilliseconds: UInt64) {
    self.end = end
    self.wallMilliseconds = wallMilliseconds
    self.cpuMilliseconds = cpuMilliseconds
  }

  /// How many cores it kept busy on average; nil for an end at once.
  public var cores: Double? {
    wallMilliseconds > 0 ? Double(cpuMilliseconds) / Double(wallMilliseconds) : nil
  }

  /// "the command ended with status 0 after 12103 ms, with 23911 ms of processor time".
  public var text: String {
    let how =
      switch end {
      case .status(let status): "status \(status)"
      case .signal(let number): "signal \(number)"
      }
    return
      "\(Self.head)\(how)\(Self.middle)\(wallMilliseconds)\(Self.wallEnd)\(cpuMilliseconds)\(Self.tail)"
  }

  /// What `text` says; nil for any other text.
  public init?(_ text: String) {
    guard text.hasPrefix(Self.head), text.hasSuffix(Self.tail) else { return nil }
    let words = text.split(separator: " ")
    // the command ended with HOW NUMBER after WALL ms, with CPU ms of processor time
    guard words.count == 15, let number = Int32(words[5]), let wall = UInt64(words[7]),
      let cpu = UInt64(words[10])
    else { return nil }
    let end: ChildProcess.End
    switch words[4] {
    case "status": end = .status(number)
    case "signal": end = .signal(number)
    default: return nil
    }
    self.init(end, wallMilliseconds: wall, cpuMilliseconds: cpu)
    guard self.text == text else { return nil }
  }

  private static let head = "the command ended with "
  private static let middle = " after "
  private static let wallEnd = " ms, with "
  private static let tail = " ms of processor time"
}
