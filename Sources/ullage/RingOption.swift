import ArgumentParser

/// Which ring frames are read from.
struct RingOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "This ring or recording, instead of this host's.", valueName: "path"))
  var ring: String?

  func validate() throws {
    if ring?.isEmpty == true { throw ValidationError("--ring takes the path of a ring.") }
  }
}
