import ArgumentParser
import Settings

/// Which network namespaces to collect: all, the collector's own, or another one alone.
struct CollectedNamespacesOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which network namespaces: all that may be entered (the default), its own, or one by a name of `ip "
        + "netns` or a process id. Others than its own need CAP_SYS_ADMIN.",
      valueName: "all|own|name|pid"))
  var netns: String?

  func validate() throws { try one.validate() }

  /// What it says for the configuration; nil leaves it to other layers.
  var setting: CollectedNamespaces? {
    netns.map { CollectedNamespaces(rawValue: $0) ?? .own }
  }

  /// The one that the collector runs in. A namespace called like a word is reached by one of its processes.
  var one: NamespaceOption {
    var option = NamespaceOption()
    option.netns = netns.flatMap { CollectedNamespaces(rawValue: $0) == nil ? $0 : nil }
    return option
  }
}
