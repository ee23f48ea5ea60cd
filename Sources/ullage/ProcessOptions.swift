import ArgumentParser
import Collector

/// Whether processes are looked for, and how.
struct ProcessOptions: ParsableArguments {
  @Flag(
    help: """
      Find the processes that hold ports: reads every descriptor there is, 1.3 µs each; of other \
      users' processes needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.
      """)
  var processes = false

  @Option(
    help: ArgumentHelp(
      "Find processes by so many descriptors of each large one, and estimate with bounds.",
      valueName: "n"))
  var sampled: Int?

  func validate() throws {
    if let sampled, !(1...100_000).contains(sampled) {
      throw ValidationError("--sampled takes a number from 1 to 100000, not \(sampled).")
    }
  }

  /// Descriptors are of the host and looked at once, not for each namespace.
  static var oneNamespaceOnly: ValidationError {
    ValidationError(
      "--processes and --sampled are for one network namespace: name it with --netns.")
  }

  /// How processes are looked for; nil: not at all.
  var search: ProcessSearch? {
    sampled.map { .sampled($0) } ?? (processes ? .exact : nil)
  }
}

/// Whether each socket's processes are looked for.
struct ProcessesFlag: ParsableArguments {
  @Flag(
    help: """
      Find the processes that hold each socket: reads every descriptor there is, 1.3 µs each; of \
      other users' processes needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.
      """)
  var processes = false
}
