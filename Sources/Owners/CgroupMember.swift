/// One of the cgroups of an owner: a unit, or a container, may have several.
public struct CgroupMember: Hashable, Sendable {
  /// Its number.
  public var id: UInt64
  /// Its path from the root of the hierarchy.
  public var path: String

  /// The cgroup given.
  public init(id: UInt64, path: String) {
    self.id = id
    self.path = path
  }
}

/// What makes cgroups one owner to people: whatever is called the same, and is of the same unit, container, pod
/// and user.
public struct CgroupIdentity: Hashable, Sendable {
  private var name: String
  private var unit: String?
  private var container: CgroupMeaning.Container?
  private var pod: String?
  private var userID: UInt32?

  /// That of a cgroup with this meaning.
  public init(_ meaning: CgroupMeaning) {
    name = meaning.name
    unit = meaning.unit
    container = meaning.container
    pod = meaning.pod
    userID = meaning.userID
  }
}
