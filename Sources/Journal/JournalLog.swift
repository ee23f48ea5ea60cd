internal import Kernel
public import Logging
internal import Rendering
public import Settings

/// Writes log lines to standard error: with the syslog priority in front where the journal listens
/// ("<4>text", as sd-daemon(3) has it), with the level in words elsewhere. One write a line.
public struct JournalLog: LogHandler {
  /// What is said with every line.
  public var metadata: Logger.Metadata = [:]
  /// What is left out is less important than this.
  public var logLevel: Logger.Level
  private let program: String
  private let isJournal: Bool

  /// A log of what is at least as important as `level`.
  public init(_ level: LogLevel, program: String = "ullage") {
    self.program = program
    logLevel = Self.level(level)
    // The journal says by this variable which stream is its own; a child's may lead elsewhere.
    let stream = Environment.value("JOURNAL_STREAM")
    isJournal = stream != nil && stream == ByteStream.standardError.deviceAndInode
  }

  /// What is said with every line, by its name.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one line.
  public func log(event: LogEvent) {
    var text = "\(event.message)"
    for (key, value) in (event.metadata ?? [:]).sorted(by: { $0.key < $1.key }) {
      text += " \(key)=\(value)"
    }
    let head = isJournal ? "<\(Self.priority(event.level))>" : "\(program): \(event.level): "
    // Nobody is left to tell if standard error is closed.
    try? ByteStream.standardError.write(Array("\(head)\(Self.line(text))\n".utf8))
  }

  /// `text` as one line that steers no terminal: names of namespaces are not ours.
  public static func line(_ text: String) -> String {
    TextWrap.printable(text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  /// A logger of the program called so.
  public static func logger(_ level: LogLevel, program: String = "ullage") -> Logger {
    Logger(label: program) { _ in JournalLog(level, program: program) }
  }

  private static func level(_ level: LogLevel) -> Logger.Level {
    switch level {
    case .error: .error
    case .warning: .warning
    case .info: .info
    case .debug: .debug
    }
  }

  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
