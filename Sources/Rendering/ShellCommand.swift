internal import Owners

/// Makes commands that can be pasted: by root or through sudo, and in the namespace that they are about.
struct ShellCommand {
  private let isRoot: Bool
  private let place: Place

  private enum Place {
    /// Where the reader's shell is.
    case here
    /// Behind a command that enters the namespace: "ip netns exec web ".
    case entered(by: String, option: String)
    /// Where no command leads that is known: what is to be run there, only words can say.
    case unreachable(String, option: String)
  }

  /// Commands for the namespace of this name, as snapshots and `--netns` have it.
  init(in namespace: String, _ names: inout Names) {
    isRoot = names.isRoot
    if namespace.isEmpty || namespace == "host" || namespace == names.home {
      place = .here
      return
    }
    let name = names.namespace(namespace)
    if namespace.hasPrefix("pid:") {
      let process = names.isRedacted ? name : Self.quoted(String(namespace.dropFirst(4)))
      place = .entered(by: "nsenter --net --target \(process) ", option: " --netns \(process)")
    } else if namespace.hasPrefix("netns:") || namespace.contains("/")
      || namespace.contains(" (netns:") || CgroupMeaning.canName(namespace)
    {
      // An inode's, a container's, a pod's, a unit's, or one of two alike: not a name of `ip netns`.
      place = .unreachable(name, option: " --netns \(Self.quoted(name))")
    } else {
      let quoted = Self.quoted(name)
      place = .entered(by: "ip netns exec \(quoted) ", option: " --netns \(quoted)")
    }
  }

  /// The words before a command that can only be run by hand: "in netns:4026532200 run"; nil where one
  /// that is pasted does it.
  var handwork: String? {
    if case .unreachable(let name, _) = place { return "in the network namespace \(name) run" }
    return nil
  }

  /// A command that changes or reads the namespace, and needs root.
  func inside(_ command: String) -> String {
    switch place {
    case .here: host(command)
    case .entered(let enter, _): host(enter + command)
    case .unreachable: command
    }
  }

  /// A command of the host, whatever the namespace.
  func host(_ command: String) -> String { isRoot ? command : "sudo \(command)" }

  /// One of ullage's own, with `arguments`; it enters the namespace itself.
  func ullage(_ arguments: String) -> String {
    switch place {
    case .here: "ullage \(arguments)"
    case .entered(_, let option), .unreachable(_, let option): host("ullage \(arguments)\(option)")
    }
  }

  /// `net.ipv4.NAME` set to `value`.
  func sysctl(_ name: String, _ value: String) -> String {
    inside("sysctl -w net.ipv4.\(name)=\(value)")
  }

  /// A path that a command takes for one, whatever it holds.
  static func path(_ path: String) -> String { quoted(path.first == "-" ? "./\(path)" : path) }

  /// A name that a shell takes for one word, whatever it holds: a command is there to be copied.
  private static func quoted(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "/"):
        true
      default: false
      }
    }
    if isPlain, !name.isEmpty, name.first != "-" { return name }
    return "'"
      + name.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
