import Kernel
import OutputTestKit

/// A script for `ullage record` to run, in a directory of its own.
final class RecordedShell {
  /// The recording.
  let path: String
  let directory: String
  /// What runs it; its environment has the directory as FOLDER, and ullage itself as ULLAGE.
  var program: Program

  private init(_ script: String, _ options: [String], in directory: String) {
    self.directory = directory
    path = "\(directory)/run"
    program = Program.built(
      "ullage", ["record", "-o", path] + options + ["--", "sh", "-c", script])
    program.environment["TMPDIR"] = directory
    program.environment["FOLDER"] = directory
    program.environment["ULLAGE"] = Program.built("ullage").path
  }

  static func with(
    _ script: String, _ options: [String] = [], _ body: (RecordedShell) throws -> Void
  ) throws {
    try withFolder { directory in
      // A recorder that was killed leaves the directory of its socket.
      defer { _ = try? Program("/bin/rm", ["-rf", directory]).run() }
      try body(RecordedShell(script, options, in: directory))
    }
  }
}
