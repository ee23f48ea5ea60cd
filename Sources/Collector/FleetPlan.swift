public import HostFacts
internal import Kernel

/// Which namespaces are collected besides the collector's own: those in which a pool can matter, the
/// fullest first, as many as there is room for.
///
///     not collected ──(bound >= share, room)──► collected ──(gone | quiet for a minute | fuller one)──► not
public struct FleetPlan: Sendable {
  /// Why a namespace is not collected any more.
  public enum End: Hashable, Sendable {
    /// It has gone, or only we are in it. What could not be looked into has not.
    case gone
    /// No pool of it could matter for a while.
    case quiet
    /// There was no room beside a fuller one.
    case displaced
  }

  /// What is to be done.
  public enum Change: Hashable, Sendable {
    /// Collect this one.
    case start(NamespaceBound)
    /// Collect the one of this inode no more.
    case end(inode: UInt64, End)
  }

  /// The most namespaces that are collected at once.
  public var memberMaximum: Int
  /// From this bound on a namespace is collected: half of the share at which connect() begins to search.
  public var share = 0.25
  /// How long it stays when its bound is below that.
  public var quietNanoseconds: UInt64 = 60_000_000_000
  /// How long one that could not be collected is left alone.
  public var retryNanoseconds: UInt64 = 60_000_000_000

  private struct Member: Sendable {
    var usage: Double
    var busyAt: UInt64
    /// In how many looks on end nothing led to it.
    var lostLooks = 0
  }

  private var members: [UInt64: Member] = [:]
  private var failedAt: [UInt64: UInt64] = [:]

  /// A plan for at most `memberMaximum` namespaces.
  public init(memberMaximum: Int) { self.memberMaximum = max(0, memberMaximum) }

  /// How many were due at the last look and found no room.
  public private(set) var leftOutCount = 0

  /// The inodes of those that are collected.
  public var collected: Set<UInt64> { Set(members.keys) }

  /// What the bounds of a look mean; ends come before starts. `own` is collected by others.
  public mutating func changes(
    _ bounds: [NamespaceBound], idleBinds: Int?, own: UInt64, at now: UInt64
  ) -> [Change] {
    var usages: [UInt64: Double] = [:]
    var troubles: [UInt64: NamespaceBound.Trouble] = [:]
    for bound in bounds {
      if let trouble = bound.trouble {
        troubles[bound.entry.inode] = trouble
      } else {
        usages[bound.entry.inode] = usage(of: bound, idleBinds)
      }
    }
    failedAt = failedAt.filter {
      (usages[$0.key] != nil || troubles[$0.key] != nil)
        && now - min(now, $0.value) < retryNanoseconds
    }
    var changes: [Change] = []
    for (inode, member) in members.sorted(by: { $0.key < $1.key }) {
      guard let usage = usages[inode] else {
        // The process that led to it may have ended with others left; the next look finds those.
        let isLost = troubles[inode] == .gone
        members[inode]?.lostLooks = isLost ? member.lostLooks + 1 : 0
        members[inode]?.busyAt = now
        if troubles[inode] == nil || isLost && member.lostLooks > 0 {
          changes.append(end(inode, .gone))
        }
        continue
      }
      members[inode]?.usage = usage
      members[inode]?.lostLooks = 0
      if usage >= share {
        members[inode]?.busyAt = now
      } else if now - min(now, member.busyAt) >= quietNanoseconds {
        changes.append(end(inode, .quiet))
      }
    }
    let due = bounds.filter { bound in
      let inode = bound.entry.inode
      return inode != own && members[inode] == nil && failedAt[inode] == nil
        && usages[inode].map { $0 >= share } ?? false
    }
    .sorted { usages[$0.entry.inode] ?? 0 > usages[$1.entry.inode] ?? 0 }
    leftOutCount = due.count
    for bound in due {
      let usage = usages[bound.entry.inode] ?? 0
      if members.count >= memberMaximum {
        // Half as much again, so that equals do not take turns.
        guard let least = members.min(by: { ($0.value.usage, $0.key) < ($1.value.usage, $1.key) }),
          usage > 1.5 * least.value.usage
        else { break }
        changes.append(end(least.key, .displaced))
      }
      members[bound.entry.inode] = Member(usage: usage, busyAt: now)
      leftOutCount -= 1
      changes.append(.start(bound))
    }
    return changes
  }

  /// Notes that a namespace could not be collected, or not any longer.
  public mutating func noteFailure(inode: UInt64, at now: UInt64) {
    members[inode] = nil
    failedAt[inode] = now
  }

  private mutating func end(_ inode: UInt64, _ reason: End) -> Change {
    members[inode] = nil
    return .end(inode: inode, reason)
  }

  /// The bound; with the host's idle binds, unless they alone would make every namespace due.
  private func usage(of bound: NamespaceBound, _ idleBinds: Int?) -> Double {
    guard let capacity = bound.space?.capacity else { return 1 }
    let idle = idleBinds ?? 0
    return bound.usageMaximum(idleBinds: Double(idle) >= share * Double(capacity) ? 0 : idle) ?? 1
  }
}
