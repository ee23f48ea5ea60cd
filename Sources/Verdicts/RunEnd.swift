public import Kernel

/// How a recorded command ended, and what it took; written into a recording as the text of an event.
public struct RunEnd: Hashable, Sendable {
  /// By itself, or by a signal.
  public var end: ChildProcess.End
  /// From its start to its end, in milliseconds.
  public var wallMilliseconds: UInt64
  /// Processor time of it and of what it waited for, in milliseconds.
  public var cpuMilliseconds: UInt64

  /// How busy all processors of the host were meanwhile, in percent; nil where nobody looked.
  public var hostBusyPercent: Int?

  /// The end given.
  public init(
    _ end: ChildProcess.End, wallMilliseconds: UInt64, cpuMilliseconds: UInt64,
    hostBusyPercent: Int? = nil
  ) {
    self.end = end
    self.wallMilliseconds = wallMilliseconds
    self.cpuMilliseconds = cpuMilliseconds
    self.hostBusyPercent = hostBusyPercent
  }

  /// How many cores it kept busy on average; nil for an end at once.
  public var cores: Double? {
    wallMilliseconds > 0 ? Double(cpuMilliseconds) / Double(wallMilliseconds) : nil
  }

  /// "the command ended with status 0 after 12103 ms, with 23911 ms of processor time; the host was busy to
  /// 98 percent".
  public var text: String {
    let how =
      switch end {
      case .status(let status): "status \(status)"
      case .signal(let number): "signal \(number)"
      }
    let host = hostBusyPercent.map { "\(Self.host)\($0)\(Self.percent)" } ?? ""
    return
      "\(Self.head)\(how)\(Self.middle)\(wallMilliseconds)\(Self.wallEnd)\(cpuMilliseconds)\(Self.tail)"
      + host
  }

  /// What `text` says; nil for any other text.
  public init?(_ text: String) {
    // the command ended with HOW NUMBER after WALL ms, with CPU ms of processor time[; the host was busy to
    // BUSY percent]
    let words = text.split(separator: " ")
    guard words.count == 15 || words.count == 22, let number = Int32(words[5]),
      let wall = UInt64(words[7]), let cpu = UInt64(words[10])
    else { return nil }
    let end: ChildProcess.End
    switch words[4] {
    case "status": end = .status(number)
    case "signal": end = .signal(number)
    default: return nil
    }
    self.init(
      end, wallMilliseconds: wall, cpuMilliseconds: cpu,
      hostBusyPercent: words.count > 15 ? Int(words[20]) : nil)
    // Whatever else differs is no text of ours.
    guard self.text == text else { return nil }
  }

  private static let head = "the command ended with "
  private static let middle = " after "
  private static let wallEnd = " ms, with "
  private static let tail = " ms of processor time"
  private static let host = "; the host was busy to "
  private static let percent = " percent"
}
