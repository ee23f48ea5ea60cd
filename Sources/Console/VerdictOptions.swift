public import ArgumentParser
public import Pools

/// From where on a pool is a warning or critical, and from which verdict on a script hears of it.
public struct VerdictOptions: ParsableArguments, Sendable {
  /// Usage from which a pool is a warning.
  @Option(help: ArgumentHelp("Usage from which a pool is a warning.", valueName: "ratio"))
  public var warning = VerdictThresholds().warning

  /// Usage from which a pool is critical.
  @Option(help: ArgumentHelp("Usage from which a pool is critical.", valueName: "ratio"))
  public var critical = VerdictThresholds().critical

  /// The verdict from which on the answer is "no".
  @Option(
    help: ArgumentHelp(
      "End with status 1 if the verdict is at least this.", valueName: "level"))
  public var failAt: VerdictLevel?

  /// What holds without options.
  public init() {}

  /// Where usage becomes a warning and critical.
  public var thresholds: VerdictThresholds {
    VerdictThresholds(warning: warning, critical: critical)
  }

  /// Refuses thresholds that are none.
  public func validate() throws {
    guard 0 < warning, warning <= critical, critical <= 1 else {
      throw ValidationError(
        "--warning and --critical take ratios with 0 < warning <= critical <= 1.")
    }
  }

  /// How a command ends that found this verdict.
  public func outcome(of verdict: VerdictLevel) -> Outcome {
    failAt.map { verdict >= $0 } ?? false ? .no : .done
  }
}

/// "ok" to "exhausted", as in documents.
extension VerdictLevel: ExpressibleByArgument {}
