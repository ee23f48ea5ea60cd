internal import Kernel

extension CgroupMeaning {
  /// What the cgroup of a process means; nil when the process has gone or may not be looked at. One read.
  public init?(ofProcess process: Int32) {
    do throws(SystemCallError) {
      let bytes = try KernelFile.read("/proc/\(process)/cgroup", limit: 65_536)
      guard let path = Self.path(inProcessFile: bytes) else { return nil }
      self.init(path)
    } catch {
      return nil
    }
  }

  /// The path in /proc/PID/cgroup: that of version 2 ("0::/system.slice/cron.service") where it is not the
  /// root, else systemd's own hierarchy of version 1 ("1:name=systemd:/…"), else the first that says something.
  static func path(inProcessFile bytes: [UInt8]) -> String? {
    var best: (rank: Int, path: String)?
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(
        separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let path = String(decoding: parts[2], as: UTF8.self)
      let isUnified = parts[0].elementsEqual("0".utf8) && parts[1].isEmpty
      let isSystemd = parts[1].elementsEqual("name=systemd".utf8)
      let rank = (path == "/" ? 0 : 4) + (isUnified ? 2 : isSystemd ? 1 : 0)
      if rank > best?.rank ?? -1 { best = (rank, path) }
    }
    return best?.path
  }

  /// What a network namespace is called after one of its processes: its pod, which the containers of the pod
  /// share it with, its container, its unit; nil where it is none of these. Users choose these names: what is
  /// longer than 64 bytes of UTF-8 lacks its middle.
  public var namespaceName: String? {
    if let pod { return Self.short("\(byUser)pod \(pod.prefix(8))") }
    if let container { return Self.short(byUser + container.name) }
    return unit == nil ? nil : Self.short(name)
  }

  private static func short(_ name: String) -> String {
    guard name.utf8.count > 64 else { return name }
    let scalars = name.unicodeScalars
    var head = String.UnicodeScalarView(), tail: [Unicode.Scalar] = []
    var left = 40
    for scalar in scalars {
      left -= UTF8.width(scalar)
      if left < 0 { break }
      head.append(scalar)
    }
    left = 20
    for scalar in scalars.reversed() {
      left -= UTF8.width(scalar)
      if left < 0 { break }
      tail.append(scalar)
    }
    return "\(head)…" + String(String.UnicodeScalarView(tail.reversed()))
  }

  /// Whether `name` looks like a `namespaceName`, and not like one that somebody gave to `ip netns`.
  public static func canName(_ name: String) -> Bool {
    prefixes.contains { name.hasPrefix($0) } || suffixes.contains { name.hasSuffix($0) }
  }

  private static let prefixes = [
    "pod ", "docker ", "containerd ", "cri-o ", "podman ", "container ", "lxc ", "nspawn ",
    "machine ",
    "garden ", "user ",
  ]
  private static let suffixes = [".service", ".scope", ".socket", ".mount", ".swap"]
}
