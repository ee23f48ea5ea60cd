import ArgumentParser
import Collector

/// Which network namespaces to look at: one, or all that there are.
struct NamespacesOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Another network namespace: a name of `ip netns`, or a process id; or all of them. Needs "
        + "CAP_SYS_ADMIN.",
      valueName: "name|pid|all"))
  var netns: String?

  func validate() throws {
    if !isAll { try one.validate() }
  }

  /// Whether all were asked for. A namespace of that name is reached by one of its processes.
  var isAll: Bool { netns == NamespaceOption.all }

  /// The one that was asked for; our own, where that was all of them.
  var one: NamespaceOption {
    var option = NamespaceOption()
    option.netns = isAll ? nil : netns
    return option
  }
}
