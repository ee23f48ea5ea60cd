/// What the path of a cgroup means: the unit, the container, the pod, the session that it stands for.
///
/// Read from the path alone, so that it also holds for cgroups that have gone; no service is asked. Paths as systemd,
/// Docker, containerd, CRI-O, Podman, LXC, libvirt and the kubelet (with either cgroup driver) make them; what is
/// none of these is called by its path.
public struct CgroupMeaning: Hashable, Sendable {
  /// A container or a virtual machine.
  public struct Container: Hashable, Sendable {
    /// "docker", "containerd", "cri-o", "podman", "lxc", "nspawn", "machine"; "container" where the path does
    /// not tell.
    public var runtime: String
    /// Its id (64 digits as a rule) or its name.
    public var id: String

    /// "docker 0123456789ab": an id as short as people use it.
    public var name: String {
      let isLongID = id.utf8.count == 64 && Hexadecimal.isAll(id)
      return "\(runtime) \(isLongID ? String(id.prefix(12)) : id)"
    }
  }

  /// The path that was read.
  public internal(set) var path: String
  /// The innermost systemd unit that is no slice: "haproxy.service", "session-3.scope".
  public internal(set) var unit: String?
  /// The innermost slice: "system.slice".
  public internal(set) var slice: String?
  /// The innermost container.
  public internal(set) var container: Container?
  /// The uid of a Kubernetes pod, with its dashes.
  public internal(set) var pod: String?
  /// The user whose manager, session or slice it is in.
  public internal(set) var userID: UInt32?
  /// The number or name of a login session.
  public internal(set) var session: String?
  /// The user below whose slice the container lies, who made it and chose its name.
  var containerUserID: UInt32?
  /// Whether `unit` lies inside the container.
  var unitIsInside = false

  /// Reads `path`, which begins at the root of the hierarchy.
  public init(_ path: String) {
    self.path = path
    var reader = CgroupPathReader(CgroupMeaning(unread: path))
    for component in path.split(separator: "/").prefix(64) { reader.read(component) }
    self = reader.meaning
  }

  private init(unread path: String) { self.path = path }

  /// Whether it is the root, which says nothing.
  public var isRoot: Bool { path.isEmpty || path == "/" }

  /// "user 1000: " before the name of a container or a pod that a user made, without root or without there being one:
  /// users choose the names in their part of the tree.
  var byUser: String {
    (container == nil ? userID : containerUserID).map { "user \($0): " } ?? ""
  }

  /// The shortest name that people know it by: "haproxy.service", "docker 0123456789ab", "user 1000 session 3", "user
  /// 1000: docker 0123456789ab".
  public var name: String {
    if isRoot { return "/" }
    if let container {
      let inside = unitIsInside ? unit.map { ": \($0)" } ?? "" : ""
      return byUser + (pod.map { "pod \($0.prefix(8)) " } ?? "") + container.name + inside
    }
    if let pod { return byUser + "pod \(pod)" }
    if let session, let userID { return "user \(userID) session \(session)" }
    if let unit, let userID {
      return unit == "user@\(userID).service" ? "user \(userID)" : "user \(userID): \(unit)"
    }
    return unit ?? (path.hasSuffix(".slice") ? slice : nil) ?? path
  }
}

/// Digits of 16.
enum Hexadecimal {
  /// Whether `text` has such digits alone, and any.
  static func isAll(_ text: some StringProtocol) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}
