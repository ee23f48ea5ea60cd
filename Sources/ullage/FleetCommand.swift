import ArgumentParser
import Console
import Kernel

/// `ullage fleet`: runs `ullage-fleet`, which lies beside this program and has the network library.
struct FleetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet",
    abstract: "Which of many hosts run out of ports: asks a Prometheus server.",
    usage: "ullage fleet --prometheus <url> [<options>]",
    discussion: """
      Runs ullage-fleet, which lies beside this program. Its options: ullage fleet --help
      """)

  @Argument(parsing: .captureForPassthrough, help: .hidden)
  var arguments: [String] = []

  func run() throws {
    do throws(SystemCallError) {
      // From where this program is, and never from PATH: it may have privileges.
      let own = try ProgramImage.path()
      let directory = own.prefix(through: own.lastIndex(of: "/") ?? own.startIndex)
      let error = ProgramImage.replace(
        with: "\(directory)ullage-fleet", ["ullage fleet"] + arguments)
      throw error
    } catch {
      let advice =
        error.errno == .noEntry ? "; scripts/install --fleet puts it beside ullage" : ""
      throw Failure(error.description + advice).report()
    }
  }
}
