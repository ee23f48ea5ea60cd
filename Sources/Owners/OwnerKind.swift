/// What kind of holder of ports.
public enum OwnerKind: String, Hashable, Sendable, CaseIterable {
  /// A control group: a systemd unit, a container, a session.
  case cgroup
  /// A process.
  case process
  /// A user.
  case user
}
