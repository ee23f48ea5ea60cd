public import HostFacts
internal import Owners

extension NamespaceInventory {
  /// An empty inventory that calls a namespace without a name of `ip netns` by the pod, the container or the
  /// unit of its oldest process: "pod 0a1b2c3d", "docker 0123456789ab", "haproxy.service".
  public static func named() -> NamespaceInventory {
    NamespaceInventory { CgroupMeaning(ofProcess: $0)?.namespaceName }
  }
}
