import ArgumentParser

/// Whose memory the present is told with: arrivals, forecasts, failures, owners.
struct CollectorMemoryOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The ring, or its directory, of the collector that remembers, instead of the default.",
      valueName: "path"))
  var ring: String?
}
