internal import Kernel
public import Testing

extension Trait where Self == ConditionTrait {
  /// A test that makes network namespaces. As root it always runs: a failure to make one is a failure.
  public static var needsRoot: Self {
    .enabled(if: Credentials.isRoot, "making a network namespace needs root")
  }
}
