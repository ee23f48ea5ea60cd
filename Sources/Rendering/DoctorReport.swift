/// Every fact that this program can use, and whether it can be had here and now.
public struct DoctorReport: Hashable, Sendable {
  /// Whether a fact can be had.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// It can.
    case yes
    /// Less of it than there is.
    case partly
    /// It cannot, and `need` says what would help.
    case no
    /// There is nothing of the kind here.
    case absent
  }

  /// What makes a fact available.
  public struct Need: Hashable, Sendable {
    /// In words: "CAP_PERFMON and a readable tracefs".
    public var text: String
    /// The capabilities that are missing, as setcap(8) has them.
    public var capabilities: [String]
    /// What to run; nil where no command does it.
    public var command: String?

    /// The need given.
    public init(_ text: String, capabilities: [String] = [], command: String? = nil) {
      self.text = text
      self.capabilities = capabilities
      self.command = command
    }
  }

  /// One fact.
  public struct Fact: Hashable, Sendable {
    /// Its name in documents: "failed_connects".
    public var id: String
    /// What people call it.
    public var title: String
    /// What it is good for.
    public var gives: String
    /// Whether it can be had.
    public var state: State
    /// Whether that was tried, and not concluded from the kernel's version and capabilities.
    public var isTried: Bool
    /// What was found: a number, or why not.
    public var found: String
    /// The file that it is about, where its path may tell who somebody is.
    public var place: String?
    /// What makes it available; nil where it is, or nothing can.
    public var need: Need?

    /// The fact given.
    public init(
      _ id: String, _ title: String, gives: String, _ state: State, isTried: Bool = true,
      found: String, place: String? = nil, need: Need? = nil
    ) {
      self.id = id
      self.title = title
      self.gives = gives
      self.state = state
      self.isTried = isTried
      self.found = found
      self.place = place
      self.need = need
    }
  }

  /// The host's name.
  public var host: String
  /// The network namespace that was looked at.
  public var namespace: String
  /// The kernel's release.
  public var kernel: String
  /// The effective user.
  public var userID: UInt32
  /// The capabilities that count here and are held, as setcap(8) has them.
  public var capabilities: [String]
  /// Whether the user namespace is the host's; nil where nobody says.
  public var isHostUserNamespace: Bool?
  /// The facts, the most important first.
  public var facts: [Fact]

  /// The report given.
  public init(
    host: String, namespace: String, kernel: String, userID: UInt32, capabilities: [String],
    isHostUserNamespace: Bool?, facts: [Fact]
  ) {
    self.host = host
    self.namespace = namespace
    self.kernel = kernel
    self.userID = userID
    self.capabilities = capabilities
    self.isHostUserNamespace = isHostUserNamespace
    self.facts = facts
  }

  /// The number of facts in a state.
  public func count(_ state: State) -> Int { facts.count { $0.state == state } }

  /// What gives every capability that any fact lacks, with those that are held; nil where none is lacking
  /// or where no command gives them (root in a container).
  public var grant: String? {
    let lacking = facts.flatMap { $0.need?.capabilities ?? [] }
    return lacking.isEmpty ? nil : Self.setcap(held: capabilities, lacking, userID: userID)
  }

  /// The setcap(8) command that adds `lacking` to what is held: it replaces what a file had.
  public static func setcap(
    held: [String], _ lacking: [String], userID: UInt32
  ) -> String? {
    guard userID != 0, !lacking.isEmpty else { return nil }
    let all = Set(held).union(lacking).sorted().joined(separator: ",")
    return "sudo setcap \(all)+ep $(command -v ullage)"
  }
}
