import FrameRing
import Ring
import Settings

/// How many namespaces a fleet can collect besides its own, and why no more.
struct FleetRoom: Hashable {
  /// What the rings may take together, and what the collector's own takes of it.
  private let totalByteCount: Int, ownByteCount: Int

  /// By what is configured.
  init(_ configuration: CollectorConfiguration) {
    totalByteCount = configuration.ring.totalByteCount
    ownByteCount = configuration.shape.geometry.byteCount
  }

  /// The most, whatever there is room for: each has a thread, and one or two more while it counts
  /// (TasksMax= in ullage.service).
  static let memberLimit = 48

  /// What the members' rings may take together.
  var byteCount: Int { max(0, totalByteCount - ownByteCount) }

  /// How many members there may be.
  var memberMaximum: Int { min(Self.memberLimit, byteCount / Self.memberByteCount) }

  /// Why there can be no more: "16.0 MiB (--ring-total) …".
  var limit: String {
    if memberMaximum == Self.memberLimit { return "\(Self.memberLimit) at once are the most" }
    let own = Self.mebibytes(ownByteCount), each = Self.mebibytes(Self.memberByteCount)
    let total = "\(Self.mebibytes(totalByteCount)) (--ring-total)"
    return memberMaximum == 0
      ? "\(total) has no room for a ring of \(each) beside the collector's own of \(own)"
      : "\(total) has room for \(memberMaximum) rings of \(each) beside the collector's own of \(own)"
  }

  private static var memberByteCount: Int { FleetMember.shape.geometry.byteCount }

  /// Tenths of MiB, rounded up.
  private static func mebibytes(_ count: Int) -> String {
    let tenths = (count / 1024 * 10 + 1023) / 1024
    return "\(tenths / 10).\(tenths % 10) MiB"
  }
}
