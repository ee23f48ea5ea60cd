public import Kernel

/// Files that say what output must look like, to the byte.
///
///     let golden = Golden(besides: #filePath)
///     #expect(try golden.difference("page-80.txt", bytes) == nil)
///
/// With UPDATE_GOLDEN=1 in the environment they are written instead; read the difference in git.
public struct Golden: Sendable {
  private let directory: String

  /// The directory `Golden` beside a source file.
  public init(besides file: String) {
    directory = file.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Golden"
  }

  /// What is different from the file `name`: its first line that is, and what came; nil if nothing is.
  public func difference(_ name: String, _ bytes: [UInt8]) throws(SystemCallError) -> String? {
    let path = "\(directory)/\(name)"
    if Environment.value("UPDATE_GOLDEN") == "1" {
      try TestFile.write(bytes, to: path)
      return nil
    }
    let expected = try KernelFile.read(path, limit: 4_194_304)
    if bytes == expected { return nil }
    let (old, new) = (Self.lines(expected), Self.lines(bytes))
    for index in 0..<max(old.count, new.count) {
      let (before, now) = (
        index < old.count ? old[index] : "(the end)", index < new.count ? new[index] : "(the end)"
      )
      if before != now {
        return "\(name), line \(index + 1), is\n\(now)\nand should be\n\(before)\n"
          + "UPDATE_GOLDEN=1 rewrites it; all of it is now:\n\(String(decoding: bytes, as: UTF8.self))"
      }
    }
    return "\(name) differs"
  }

  private static func lines(_ bytes: [UInt8]) -> [Substring] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
  }
}
