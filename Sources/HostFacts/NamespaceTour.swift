public import Kernel

/// What came of visiting a namespace.
public enum NamespaceVisit<Value> {
  /// What was found there.
  case found(Value)
  /// It is no more.
  case gone
  /// It may not be entered, or something else failed.
  case refused(SystemCallError)
}

extension NamespaceVisit: Sendable where Value: Sendable {}

/// Goes through namespaces, one after the other, on one thread that does nothing else.
public enum NamespaceTour {
  /// Calls `body` in each of the namespaces, with its cookie, and returns what it said, in their order, and
  /// the processor time that the thread took.
  ///
  /// Costs some ten microseconds a namespace besides `body`, which must not keep a descriptor: that would
  /// keep the namespace alive. The thread's own namespace needs no privilege, each other CAP_SYS_ADMIN.
  public static func visit<Value: Sendable>(
    _ entries: [NamespaceEntry],
    _ body: @escaping @Sendable (_ entry: NamespaceEntry, _ cookie: UInt64?) -> Value
  ) throws(SystemCallError) -> (visits: [NamespaceVisit<Value>], cpuNanoseconds: UInt64) {
    guard !entries.isEmpty else { return ([], 0) }
    return try DedicatedThread {
      var visits: [NamespaceVisit<Value>] = []
      visits.reserveCapacity(entries.count)
      walk(entries, { body($0, $1) }) { visits.append($1) }
      return (visits, Clock.threadCPUNanoseconds())
    }.join()
  }

  /// The same on the calling thread, which must be one that does nothing else: it ends in the last namespace.
  /// `then` is told what came of each.
  public static func walk<Value>(
    _ entries: [NamespaceEntry], _ body: (_ entry: NamespaceEntry, _ cookie: UInt64?) -> Value,
    then: (_ entry: NamespaceEntry, _ visit: NamespaceVisit<Value>) -> Void
  ) {
    var current = NetworkNamespace.inode(at: "/proc/thread-self/ns/net")
    for entry in entries {
      do throws(SystemCallError) {
        guard let namespace = try entry.open() else {
          then(entry, .gone)
          continue
        }
        if current != entry.inode {
          // What fails moves nothing.
          try namespace.enter()
          current = entry.inode
        }
        then(entry, .found(body(entry, namespace.cookie ?? NetworkNamespace.currentCookie())))
      } catch {
        then(entry, .refused(error))
      }
    }
  }
}
