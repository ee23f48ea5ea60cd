import Kernel
import OutputTestKit

/// Runs the built `ullage` with nothing in its environment but what is given.
func ullage(
  _ arguments: [String], _ environment: [String: String] = [:],
  output: Program.Output = .captured
) throws(SystemCallError) -> Program.Run {
  var program = Program.built("ullage", arguments)
  program.environment.merge(environment) { $1 }
  program.output = output
  return try program.run()
}

extension Program {
  /// This program with SIGPIPE ignored, as children of some programs have it.
  var ignoringBrokenPipes: Program {
    var result = self
    result.path = "/bin/sh"
    result.arguments = ["-c", "trap '' PIPE; exec \"$0\" \"$@\"", path] + arguments
    return result
  }
}
