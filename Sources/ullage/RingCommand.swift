import ArgumentParser
import Console
import FrameRing
import Kernel
import Rendering
import Ring

/// `ullage ring`: the ring file itself.
struct RingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ring",
    abstract: "The ring file: its geometry, who writes it, and whether every slot is sound.",
    subcommands: [List.self, Inspect.self, Verify.self])

  /// Which file, and how to show it.
  struct Options: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "A ring file, or a directory with one; the running collector's by default.",
        valueName: "path"))
    var ring: String?

    @Flag(help: "The document ullage.ring/1 as JSON on one line.")
    var json = false

    @OptionGroup(title: "Namespace") var namespace: NamespaceOption
    @OptionGroup(title: "Output") var output: OutputOptions

    /// Inspects the file and prints what it is; whether it is sound.
    func show(verifies: Bool) throws -> Bool {
      do throws(Failure) {
        var option = RingOption()
        (option.ring, option.namespace) = (ring, namespace)
        let path = try RingLocation.existing(ring, in: try option.paths())
        let inspection = try Failure.rewording { () throws(RingError) in
          try RingInspection(path: path, verifies: verifies)
        }
        let now = Clock.realtimeNanoseconds()
        let bytes =
          json
          ? RingDocument.json(inspection, names: output.names, atNanoseconds: now)
          : RingPage.text(
            inspection, style: output.style, names: output.names, atNanoseconds: now)
        do throws(SystemCallError) {
          try ByteStream.standardOutput.write(bytes)
        } catch {
          throw Failure(writing: error)
        }
        return inspection.isSound ?? true
      } catch {
        throw error.report()
      }
    }
  }

  /// `ullage ring list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Which rings there are: the network namespaces that are collected.",
      usage: "ullage ring list [<options>]",
      discussion: """
        A collector of all network namespaces has a ring for each that may run out of ports, beside \
        its own. --netns NAME reads one of them: with live, history, log, check, alarms and explain.

        EXAMPLES
          ullage ring list                      with verdict and the tightest pool
          ullage ring list --json | jq -r '.rings[].namespace'
        """)

    @Option(
      help: ArgumentHelp(
        "The directory of rings; that of the running collector by default.", valueName: "path"))
    var ring: String?

    @Flag(help: "The document ullage.rings/1 as JSON on one line.")
    var json = false

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
      let rings: [RingSummary]
      do throws(Failure) {
        rings = try found()
      } catch {
        throw error.report()
      }
      let bytes =
        json
        ? RingListDocument.json(
          rings, host: Machine.hostName(), atNanoseconds: Clock.realtimeNanoseconds(),
          names: output.names)
        : RingListPage.text(rings, style: output.style, names: output.names)
      do throws(SystemCallError) {
        try ByteStream.standardOutput.write(bytes)
      } catch {
        throw Failure(writing: error).report()
      }
    }

    /// The rings that can be read; what cannot is said.
    private func found() throws(Failure) -> [RingSummary] {
      var unreadable: [String] = []
      let rings = try RingCatalogue.list(ring) { unreadable.append("\($0)") }
      if rings.isEmpty, unreadable.isEmpty {
        let places = RingLocation.directories(ring).joined(separator: " or ")
        throw Failure(
          ring == nil
            ? "no ring in \(places): start a collector (ullage collect), or say --ring"
            : "no ring in \(places): start a collector there (ullage collect --ring \(places))")
      }
      if rings.isEmpty { throw Failure(unreadable.joined(separator: "; ")) }
      for text in unreadable { Failure.warn(text) }
      return rings
    }
  }

  /// `ullage ring inspect`.
  struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Who writes a ring, its tiers, and how far back each reaches.",
      usage: "ullage ring inspect [<options>]",
      discussion: """
        EXAMPLES
          ullage ring inspect                   the running collector's ring
          ullage ring inspect --ring copy.ring  a file from another host
        """)
    @OptionGroup var options: Options

    func run() throws { _ = try options.show(verifies: false) }
  }

  /// `ullage ring verify`.
  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reads every slot of a ring and holds its checksum against its words.",
      usage: "ullage ring verify [<options>]",
      discussion: """
        Ends with status 1 if a slot is torn, corrupt or undecodable. A slot that is being written at
        this moment is none of these.

        EXAMPLES
          ullage ring verify --json | jq .sound
        """)
    @OptionGroup var options: Options

    func run() throws {
      guard try options.show(verifies: true) else { throw ExitCode(1) }
    }
  }
}
