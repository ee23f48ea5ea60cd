/// Cgroups by what they mean: several that mean the same are one owner.
public struct CgroupGroups: Sendable {
  private struct Group {
    var members: [(number: UInt64, meaning: CgroupMeaning?)]
    var isGone: Bool
    /// What somebody called it who saw it, where its number has no path.
    var lastName: String?
  }

  private struct Key: Hashable {
    var identity: CgroupIdentity
    var isGone: Bool
  }

  private var groups: [Group] = []
  private var places: [Key: Int] = [:]

  /// No cgroup.
  public init() {}

  /// The place of the owner that a cgroup is or belongs to, from 0 on; `entry` nil where it has no name.
  /// What has gone is an owner of its own.
  public mutating func place(
    of number: UInt64, _ entry: CgroupNames.Entry?, isGone: Bool
  ) -> Int {
    let meaning = entry.map { CgroupMeaning($0.path) }
    if let meaning {
      let key = Key(identity: CgroupIdentity(meaning), isGone: isGone)
      if let place = places[key] {
        groups[place].members.append((number, meaning))
        return place
      }
      places[key] = groups.count
    }
    groups.append(Group(members: [(number, meaning)], isGone: isGone))
    return groups.count - 1
  }

  /// The place of the owner that a cgroup was of which somebody saw sockets, and which has no living one now: by its
  /// number, and the `name` that it had then, perhaps cut.
  ///
  /// One that has gone is the living one of that name, as of a unit that was restarted, where `isName` finds just one;
  /// or a gone one of the same name, if that is whole.
  public mutating func place(
    ofRemembered number: UInt64, _ name: String?, isWhole: Bool, _ entry: CgroupNames.Entry?,
    isGone: Bool, isName: (String) -> Bool
  ) -> Int {
    if !isGone, entry != nil { return place(of: number, entry, isGone: false) }
    if isGone, name != nil {
      let living = groups.indices.filter { place in
        !groups[place].isGone && groups[place].members[0].meaning.map { isName($0.name) } ?? false
      }
      if living.count == 1 { return living[0] }
      if isWhole, living.isEmpty,
        let place = groups.firstIndex(where: { $0.isGone && $0.lastName == name })
      {
        return place
      }
    }
    groups.append(Group(members: [(number, nil)], isGone: isGone, lastName: name))
    return groups.count - 1
  }

  /// Notes what the owner at `place` was called by somebody who saw it, if its number has no path.
  public mutating func remember(_ name: String?, at place: Int) {
    if groups[place].members[0].meaning == nil {
      groups[place].lastName = groups[place].lastName ?? name
    }
  }

  /// The owners by place, with what they hold: ports that several of its cgroups hold are its own once.
  public func owners(_ counts: OwnerCounts) -> [RankedOwner] {
    groups.enumerated().map { place, group in
      let members = group.members.sorted {
        let (left, right) = ($0.meaning?.path ?? "", $1.meaning?.path ?? "")
        return left.utf8.count == right.utf8.count
          ? $0.number < $1.number : left.utf8.count < right.utf8.count
      }
      var owner = RankedOwner(
        .cgroup(members[0].number, members[0].meaning),
        counts.owners[OwnerCounts.firstKnown + place], isGone: group.isGone)
      owner.lastName = group.lastName
      if members.count > 1 {
        owner.members = members.map { CgroupMember(id: $0.number, path: $0.meaning?.path ?? "") }
      }
      return owner
    }
  }
}
