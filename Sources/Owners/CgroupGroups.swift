/// Cgroups by what they mean: several that mean the same are one owner.
public struct CgroupGroups: Sendable {
  private struct Group {
    var members: [(number: UInt64, meaning: CgroupMeaning?)]
    var isGone: Bool
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
      if members.count > 1 {
        owner.members = members.map { CgroupMember(id: $0.number, path: $0.meaning?.path ?? "") }
      }
      return owner
    }
  }
}
