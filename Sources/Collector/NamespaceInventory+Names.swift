public import HostFacts
internal import Owners

extension NamespaceInventory {
  /// An empty inventory that calls a namespace without a name of `ip netns`, or with one that a container runtime
  /// made up, by the pod, the container or the unit of its oldest process: "pod 0a1b2c3d", "docker 0123456789ab",
  /// "haproxy.service".
  public static func named() -> NamespaceInventory {
    NamespaceInventory {
      CgroupMeaning(ofProcess: $0)?.namespaceName
    } nameOfContainer: {
      guard let meaning = CgroupMeaning(ofProcess: $0),
        meaning.container != nil || meaning.pod != nil
      else { return nil }
      return meaning.namespaceName
    }
  }
}
