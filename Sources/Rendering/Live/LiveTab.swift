/// What the table of the live screen lists.
public enum LiveTab: Int, Hashable, Sendable, CaseIterable {
  /// Every pool of the frame.
  case pools
  /// Local addresses: the bind pools of one address each.
  case addresses
  /// Who holds ports.
  case owners
  /// Sockets by state, and the other quantities of the namespace.
  case states
  /// Alarms that are raised, and what happened.
  case events

  /// "pools", "addresses", ….
  public var name: String {
    switch self {
    case .pools: "pools"
    case .addresses: "addresses"
    case .owners: "owners"
    case .states: "states"
    case .events: "events"
    }
  }

  /// The tab `step` further on, around the end.
  func moved(_ step: Int) -> LiveTab {
    let all = Self.allCases
    return all[(rawValue + step + all.count) % all.count]
  }
}

/// The order of pools and addresses.
public enum LiveSort: Int, Hashable, Sendable, CaseIterable {
  /// By verdict, then usage: what is tightest comes first.
  case usage
  /// Fewest ports left first.
  case left
  /// Most ports in use first.
  case inUse
  /// Most failed connects first.
  case failures
  /// What is full soonest first.
  case fullIn
  /// By key.
  case name

  /// "usage", "left", "in use", ….
  public var words: String {
    switch self {
    case .usage: "usage"
    case .left: "left"
    case .inUse: "in use"
    case .failures: "failures"
    case .fullIn: "full in"
    case .name: "name"
    }
  }

  /// The order after this one, around the end.
  var next: LiveSort { Self.allCases[(rawValue + 1) % Self.allCases.count] }
}
