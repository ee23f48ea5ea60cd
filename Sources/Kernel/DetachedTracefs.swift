internal import CKernel

/// A tracefs that is mounted nowhere: for hosts where nobody has mounted one, or where it is hidden.
///
/// Needs CAP_SYS_ADMIN and Linux 5.2; nobody else sees it, and it goes with this value.
public struct DetachedTracefs: ~Copyable, Sendable {
  private let root: Descriptor

  /// Makes one (fsopen, fsconfig, fsmount).
  public init() throws(SystemCallError) {
    root = Descriptor(
      owning: try retrying("make", "a tracefs of our own") { CKernel_detached_tracefs() })
  }

  /// The path of its root in this process, as long as this value lives.
  public var path: String { "/proc/self/fd/\(root.number)" }
}
