import ArgumentParser
import Pools

/// From where on a pool is a warning or critical, and from which verdict on a script hears of it.
struct VerdictOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Usage from which a pool is a warning.", valueName: "ratio"))
  var warning = VerdictThresholds().warning

  @Option(help: ArgumentHelp("Usage from which a pool is critical.", valueName: "ratio"))
  var critical = VerdictThresholds().critical

  @Option(
    help: ArgumentHelp(
      "End with status 1 if the verdict is at least this.", valueName: "level"))
  var failAt: VerdictLevel?

  var thresholds: VerdictThresholds { VerdictThresholds(warning: warning, critical: critical) }

  func validate() throws {
    guard 0 < warning, warning <= critical, critical <= 1 else {
      throw ValidationError(
        "--warning and --critical take ratios with 0 < warning <= critical <= 1.")
    }
  }

  /// How a command ends that found this verdict.
  func outcome(of verdict: VerdictLevel) -> Outcome {
    failAt.map { verdict >= $0 } ?? false ? .no : .done
  }
}
