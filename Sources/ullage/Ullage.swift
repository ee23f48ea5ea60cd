import ArgumentParser
import Console
import Kernel

/// The command line. Without a subcommand it prints the snapshot.
@main
struct Ullage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ullage",
    abstract: "How much room is left in this host's ephemeral ports, and who fills it.",
    discussion: """
      Asks the kernel (sock_diag over netlink) for every socket once, and counts ports: per local \
      address, per destination, per kind of use. The first line is the verdict.

      EXAMPLES
        ullage                             this host
        ullage --destination 10.1.2.3      the pools to one backend
        ullage --json --top 100            the document for programs
        ullage --watch 1                   again every second
        ullage --netns web                 another network namespace (as root)
        ullage explain                     why, and what to do
        ullage live                        the full screen, with its past
        ullage owners                      who holds the ports
        ullage sockets --state time_wait   the sockets themselves
        ullage history --since 1h          the past, where a collector runs
        ullage probe 10.1.2.3:443          would the next connect() get a port?
        ullage record -o run.ullage -- CMD  were source ports its limit?
        ullage --host https://web1:21121   another host, over its exporter
        ullage fleet --prometheus http://prom:9090  which hosts run out?

      EXIT STATUS
        0   it could do its work, whatever it found
        1   --fail-at LEVEL was reached; `sockets` found none; `probe`
            and `plan`: no
        2   it could not do its work
        64  wrong arguments

      ENVIRONMENT
        NO_COLOR, TERM=dumb      no colours
        COLUMNS                  the width, where there is no terminal
        LC_ALL, LC_CTYPE, LANG   a locale that is not UTF-8 gets ASCII
      """,
    version: Version.current,
    subcommands: [
      SnapshotCommand.self, ExplainCommand.self, LiveCommand.self, CollectCommand.self,
      AlarmsCommand.self, LogCommand.self, HistoryCommand.self, CheckCommand.self,
      RecordCommand.self, MarkCommand.self, ReplayCommand.self, ReportCommand.self,
      ExportCommand.self, SocketsCommand.self, OwnersCommand.self, ProbeCommand.self,
      PlanCommand.self, DoctorCommand.self, RingCommand.self, FleetCommand.self,
    ],
    defaultSubcommand: SnapshotCommand.self)

  static func main() {
    ByteStream.reserveStandardDescriptors()
    let arguments = Array(CommandLine.arguments.dropFirst())
    if FleetProgram.isCalled(by: arguments) {
      exit(withError: FleetProgram.replaceUs(calledAs: "ullage", arguments).report())
    }
    if CheckCommand.isCalled(by: arguments) { exit(withError: CheckCommand.main(arguments)) }
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch  where exitCode(for: error).isSuccess {
      // Help and version are data too: the library's own print would not notice a full disk.
      let text = fullMessage(for: error)
      exit(withError: text.isEmpty ? nil : Failure.ofWriting(text + "\n")?.report())
    } catch {
      exit(withError: error)
    }
  }
}
