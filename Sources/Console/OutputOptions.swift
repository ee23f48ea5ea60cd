public import ArgumentParser
internal import Kernel
public import Rendering

/// How what is found is shown: the same words for every command.
public struct OutputOptions: ParsableArguments, Sendable {
  /// When colours are used.
  public enum ColorChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto
    case always
    case never
  }

  /// Whether addresses and names are replaced.
  @Flag(help: "Replace addresses and names, for output that is meant to be shared.")
  public var redact = false

  /// When colours are used.
  @Option(help: "Colours; auto: on a terminal.")
  public var color = ColorChoice.auto

  /// What is shown without options.
  public init() {}

  /// How names are written.
  public var names: Names {
    // The process's own: a thread may have entered another.
    let inode = NetworkNamespace.inode(at: "/proc/self/ns/net")
    return Names(
      redacted: redact, isRoot: Credentials.isRoot, home: inode.map { "netns:\($0)" })
  }

  /// The style for standard output as it is now: a terminal may have been resized.
  public var style: Style {
    let terminal = Terminal.size(of: ByteStream.standardOutput.descriptor)
    let columns = terminal?.columns ?? Environment.value("COLUMNS").flatMap { Int($0) } ?? 80
    return Style(
      columns: min(max(columns, 60), 1000), isColored: isColored(on: .standardOutput),
      isUnicode: Self.isUnicode)
  }

  /// The style for standard error as it is now.
  public var errorStyle: Style {
    let columns = Terminal.size(of: ByteStream.standardError.descriptor)?.columns ?? 100
    return Style(
      columns: min(max(columns, 60), 1000), isColored: isColored(on: .standardError),
      isUnicode: Self.isUnicode)
  }

  private func isColored(on stream: ByteStream) -> Bool {
    switch color {
    case .always: true
    case .never: false
    case .auto:
      stream.isTerminal && (Environment.value("NO_COLOR") ?? "").isEmpty
        && Environment.value("TERM") != "dumb"
    }
  }

  /// Whether the locale allows more than ASCII; one that is not set is taken for UTF-8.
  private static var isUnicode: Bool {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      guard let value = Environment.value(name), !value.isEmpty else { continue }
      let lower = value.lowercased()
      return lower.contains("utf-8") || lower.contains("utf8")
    }
    return true
  }
}
