import ArgumentParser
import Console

/// `ullage fleet`: runs `ullage-fleet`.
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
    throw FleetProgram.replaceUs(calledAs: "ullage fleet", arguments).report()
  }
}
