import ArgumentParser
import Console
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
        ullage live --window 1h           the last hour
        ullage live --filter 10.1.2.3     the pools to one backend
        ullage live --netns web           another namespace that is collected
        ullage live --ring run.ullage     a recording
        ullage live --once                one page of text, and the end

      KEYS
        left, right          one sample back, forth; shifted 10; page up, down 60
        home, end            the oldest moment; the newest, live
        space                hold, go on
        up, down, Enter      select a pool, open it; Esc goes back
        tab, /, s, +, -      next table, filter, order, width of the time window
        n                    another network namespace that is collected
        q, ctrl-C            quit
      """)

  @Option(
    help: ArgumentHelp("Look again so often; by default 200ms.", valueName: "span"),
    transform: TimeOptions.span)
  var interval = TimeSpan(nanoseconds: 200_000_000)

  @Option(
    help: ArgumentHelp(
      "The stretch of time shown, to begin with; by default 5m.", valueName: "span"),
    transform: TimeOptions.span)
  var window = TimeSpan(nanoseconds: 300_000_000_000)

  @Option(help: ArgumentHelp("Only pools whose name or owner has this in it.", valueName: "text"))
  var filter = ""

  @Flag(help: "Print the newest state as a page of text, and end.")
  var once = false

  @Flag(help: "With --once: the document ullage.history/1 of the newest frame.")
  var json = false

  @OptionGroup(title: "Source") var ring: RingOption
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    guard (20_000_000...60_000_000_000).contains(interval.nanoseconds) else {
      throw ValidationError("--interval takes a span from 20ms to 1m.")
    }
    guard (10_000_000_000...604_800_000_000_000).contains(window.nanoseconds) else {
      throw ValidationError("--window takes a span from 10s to 7d.")
    }
    if json, !once { throw ValidationError("--json goes with --once.") }
    guard filter.count <= 64 else {
      throw ValidationError("--filter takes at most 64 characters.")
    }
  }

  func run() throws { try show().end() }

  private func show() -> Result<Outcome, Failure> {
    guard !once else { return print() }
    guard ByteStream(descriptor: 0).isTerminal, ByteStream.standardOutput.isTerminal else {
      return .failure(
        Failure(
          "live needs a terminal for its keys and its screen; `ullage --watch 1` prints the state "
            + "again and again, `ullage history` what was, `ullage live --once` one page"))
    }
    do throws(Failure) {
      let nanoseconds = max(interval.nanoseconds, 100_000_000)
      return show(try FrameOrigin.ringOrCollector(ring, intervalNanoseconds: nanoseconds))
    } catch {
      return .failure(error)
    }
  }

  private func show(_ source: OpenFrames) -> Result<Outcome, Failure> {
    var loop = LiveLoop(
      source, style: output.style, names: output.names,
      refreshMilliseconds: Int(interval.nanoseconds / 1_000_000),
      windowNanoseconds: window.nanoseconds, filter: filter, sources: sources(besides: source))
    do throws(SystemCallError) {
      _ = try loop.run()
      return .success(.done)
    } catch {
      return .failure(Failure(writing: error))
    }
  }

  /// The newest state, once.
  private func print() -> Result<Outcome, Failure> {
    do throws(Failure) {
      let source = try FrameOrigin.ringOrCollector(ring, intervalNanoseconds: 1_000_000_000)
      let page = LivePageRun(source, windowNanoseconds: window.nanoseconds, filter: filter)
      let bytes = try page.bytes(isJSON: json, style: output.style, names: output.names)
      do throws(SystemCallError) {
        try ByteStream.standardOutput.write(bytes)
      } catch {
        throw Failure(writing: error)
      }
      return .success(.done)
    } catch {
      return .failure(error)
    }
  }

  /// The rings beside the one that is shown; nil where that is a file of its own, or of this process.
  private func sources(besides source: OpenFrames) -> LiveSources<OpenFrames>? {
    let directory = ring.ring
    guard !source.isLocal, directory.map({ Directory.exists($0) }) ?? true else { return nil }
    return LiveSources(
      current: source.path, list: { (try? RingCatalogue.list(directory)) ?? [] },
      open: { try RingCatalogue.open($0) }, isThere: { File.exists($0) })
  }
}
