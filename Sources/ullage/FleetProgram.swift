import Console
import Kernel

/// `ullage-fleet`, which lies beside this program and has the network library.
enum FleetProgram {
  /// Whether another host is asked for, which is for that program.
  static func isCalled(by arguments: [String]) -> Bool {
    arguments.first.map { $0 == "--host" || $0.hasPrefix("--host=") } ?? false
  }

  /// Runs it in our place, with `arguments`, called `name`. Returns only if that fails.
  static func replaceUs(calledAs name: String, _ arguments: [String]) -> Failure {
    do throws(SystemCallError) {
      // From where this program is, and never from PATH: it may have privileges.
      let own = try ProgramImage.path()
      let directory = own.prefix(through: own.lastIndex(of: "/") ?? own.startIndex)
      throw ProgramImage.replace(with: "\(directory)ullage-fleet", [name] + arguments)
    } catch {
      let advice =
        error.errno == .noEntry ? "; scripts/install --fleet puts it beside ullage" : ""
      return Failure(error.description + advice)
    }
  }
}
