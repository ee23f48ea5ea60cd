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
  /// This program as a user who may do nothing: nobody, without groups and capabilities.
  var unprivileged: Program {
    var result = self
    result.path = "/usr/bin/setpriv"
    result.arguments =
      ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--", path]
      + arguments
    return result
  }

  /// This program with SIGPIPE ignored, as children of some programs have it.
  var ignoringBrokenPipes: Program {
    var result = self
    result.path = "/bin/sh"
    result.arguments = ["-c", "trap '' PIPE; exec \"$0\" \"$@\"", path] + arguments
    return result
  }
}
