import Glibc
internal import Kernel
internal import Testing

/// Issues of exit tests, with their words: the parent hears that there were some, and not which.
public enum ExitTestReport {
  /// Records an issue and says on the parent's standard error what it is; an exit test's own goes to
  /// /dev/null.
  public static func record(_ text: String) {
    say(text)
    Issue.record("\(text)")
  }

  /// Says something on the parent's standard error.
  public static func say(_ text: String) {
    let line = Array("exit test: \(text)\n".utf8)
    if let parent = try? Descriptor(opening: "/proc/\(getppid())/fd/2", flags: O_WRONLY | O_APPEND)
    {
      try? ByteStream(descriptor: parent.number).write(line)
    }
  }

  /// Records an issue unless something holds.
  public static func check(_ isTrue: Bool, _ text: @autoclosure () -> String) {
    if !isTrue { record(text()) }
  }
}
