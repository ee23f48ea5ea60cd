import ArgumentParser
import Console
import Kernel

/// The program that has the network library for `ullage`: `ullage fleet`, and `ullage --host`.
@main
enum UllageFleet {
  static func main() {
    ByteStream.reserveStandardDescriptors()
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first.map({ $0 == "--host" || $0.hasPrefix("--host=") }) ?? false {
      let asksForHelp = arguments.count == 2 && ["--help", "-h"].contains(arguments[1])
      run(HostCommand.self, asksForHelp ? ["--help"] : arguments)
    } else {
      run(FleetCommand.self, arguments)
    }
  }

  private static func run<Command: ParsableCommand>(_ type: Command.Type, _ arguments: [String]) {
    do {
      var command = try type.parseAsRoot(arguments)
      try command.run()
    } catch  where type.exitCode(for: error).isSuccess {
      let text = type.fullMessage(for: error)
      type.exit(withError: text.isEmpty ? nil : Failure.ofWriting(text + "\n")?.report())
    } catch {
      type.exit(withError: error)
    }
  }
}
