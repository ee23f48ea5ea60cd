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
    // The build directory may be closed to others, so a copy is run, in a folder that is not.
    result.path = "/bin/sh"
    let script = """
      folder=$(mktemp -d) && chmod 755 "$folder" && cp "$0" "$folder/" || exit 99
      setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all -- \
        "$folder/${0##*/}" "$@"
      status=$?
      rm -r "$folder"
      exit $status
      """
    result.arguments = ["-c", script, path] + arguments
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
