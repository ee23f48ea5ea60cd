import ArgumentParser

/// Whose memory a snapshot is told with: arrivals, forecasts, failures.
struct CollectorMemoryOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The ring, or its directory, of the collector that remembers, instead of the default.",
      valueName: "path"))
  var ring: String?
}
