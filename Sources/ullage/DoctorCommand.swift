import ArgumentParser
import Collector
import Console
import Kernel
import Rendering

/// `ullage doctor`: what this host, kernel and user allow.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Which facts can be had here and now, and what gives the rest.",
    usage: "ullage doctor [<options>]",
    discussion: """
      Tries every fact that ullage can use, cheaply and without leaving a trace, and says of each \
      whether this user gets it on this kernel: yes, in part, or not, and then the exact grant that \
      changes it. "should" is concluded from the kernel's version and the capabilities held. It needs \
      no privilege itself.

      EXAMPLES
        ullage doctor                            this user; under sudo, root
        ullage doctor --json | jq -r .grant      one command for everything
        ullage doctor --netns web                in another namespace (as root)
        ullage doctor --redact

      EXIT STATUS
        0   it could look, whatever it found
        2   it could not look (--netns), or not write
        64  wrong arguments
      """)

  @Flag(help: "The document ullage.doctor/1 as JSON on one line.")
  var json = false

  @OptionGroup(title: "Namespace") var namespace: NamespaceOption
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    let command = self
    try namespace.run { identity in command.look(identity) }
  }

  private func look(_ identity: NamespaceIdentity) -> Result<Outcome, Failure> {
    let report = DoctorRun.report(identity)
    let bytes =
      json
      ? DoctorDocument.json(report, names: output.names)
      : DoctorPage.text(report, style: output.style, names: output.names)
    do throws(SystemCallError) {
      try ByteStream.standardOutput.write(bytes)
      return .success(.done)
    } catch {
      return .failure(Failure(writing: error))
    }
  }
}
