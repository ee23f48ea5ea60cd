import ArgumentParser
import Frames
import Kernel
import Live
import Rendering

/// `ullage live`: the full screen.
struct LiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "The state of the port pools on the full screen, as it changes and as it was.",
    usage: "ullage live [<options>]",
    discussion: """
      Shows the frames of the collector's ring: the verdict, usage over time, pools, addresses, \
      owners, states, alarms and events. Arrow keys go back in time; ? explains the keys. Nothing \
      is changed on the host.

      EXAMPLES
        ullage live                       this host
        ullage live --window 3600         the last hour
        ullage live --filter 10.1.2.3     the pools to one backend
        ullage live --ring run.ullage     a recording

      KEYS
        left, right          one sample back, forth; shifted 10; page up, down 60
        home, end            the oldest moment; the newest, live
        space                hold, go on
        up, down, Enter      select a pool, open it; Esc goes back
        tab, /, s, +, -      next table, filter, order, width of the time window
        q, ctrl-C            quit
      """)

  @Option(help: ArgumentHelp("Look again every so many seconds.", valueName: "seconds"))
  var interval = 0.2

  @Option(help: ArgumentHelp("The stretch of time shown, to begin with.", valueName: "seconds"))
  var window = 300

  @Option(help: ArgumentHelp("Only pools whose name or owner has this in it.", valueName: "text"))
  var filter = ""

  @OptionGroup(title: "Source") var ring: RingOption
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    guard interval >= 0.02, interval <= 60 else {
      throw ValidationError("--interval takes seconds from 0.02 to 60.")
    }
    guard (10...604_800).contains(window) else {
      throw ValidationError("--window takes seconds from 10 to 604800.")
    }
    guard filter.count <= 64 else {
      throw ValidationError("--filter takes at most 64 characters.")
    }
  }

  func run() throws { try show().end() }

  private func show() -> Result<Outcome, Failure> {
    guard ByteStream(descriptor: 0).isTerminal, ByteStream.standardOutput.isTerminal else {
      return .failure(
        Failure(
          "live needs a terminal for its keys and its screen; `ullage --watch 1` prints the state "
            + "again and again, `ullage history` what was"))
    }
    do throws(Failure) {
      let nanoseconds = UInt64(max(interval, 0.1) * 1_000_000_000)
      return show(try FrameOrigin.ringOrCollector(ring, intervalNanoseconds: nanoseconds))
    } catch {
      return .failure(error)
    }
  }

  private func show(_ source: some FrameSource) -> Result<Outcome, Failure> {
    var loop = LiveLoop(
      source, style: output.style, names: output.names,
      refreshMilliseconds: Int(interval * 1000),
      windowNanoseconds: UInt64(window) * 1_000_000_000, filter: filter)
    do throws(SystemCallError) {
      _ = try loop.run()
      return .success(.done)
    } catch {
      return .failure(Failure(writing: error))
    }
  }
}
