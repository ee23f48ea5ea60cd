public import Kernel

/// Looks at all network namespaces again and again, for microseconds each: which there are, and how full
/// their pools can be at most. Never walks a socket table.
///
///     inventory ─► counters by /proc/PID/net, no setns ─┐
///               ─► a tour of those without a process,    ├─► bounds
///                  and of those whose range is old      ─┘
///
/// Keeps no descriptor between looks.
public struct NamespaceWatch: ~Copyable {
  /// What was found at the last look, by inode; what went meanwhile is in it, as gone.
  public private(set) var bounds: [NamespaceBound] = []
  /// The most TCP sockets that are bound and idle, on the whole host; nil when counters are missing.
  ///
  /// Sockets that exist, less those in a counter of a namespace that was read. Those of namespaces that
  /// cannot be seen are in it, and those that nobody has bound yet. The namespaces are read one after the
  /// other, nearly empty ones at every other look: what comes and goes meanwhile stands in it, either way.
  public private(set) var idleBindMaximum: Int?
  /// The namespaces.
  public private(set) var inventory: NamespaceInventory

  private struct Known {
    var space: NamespaceSpace
    var process: Int32?
    var readAt: UInt64
  }

  /// How many namespaces a look enters at most: the others' turn comes with the next ones, those that waited
  /// longest first.
  public var visitMaximum = Int.max
  /// Processor time that threads other than the caller's took for the last look.
  public private(set) var tourNanoseconds: UInt64 = 0

  private var spaces: [UInt64: Known] = [:]
  /// When each was entered last, or that was tried.
  private var visitedAt: [UInt64: UInt64] = [:]
  /// Whose counters are those of the look before the last one.
  private var rested: Set<UInt64> = []
  private var lookCount = 0
  private var lookedAt: UInt64?
  private var reader = PathReader()

  /// The time in which every namespace's range is read again, a part of them at each look.
  public static let spaceNanoseconds: UInt64 = 30_000_000_000

  /// Below this bound a namespace is read at every other look.
  public static let quietShare = 0.1

  /// A watch over what `inventory` finds.
  public init(_ inventory: NamespaceInventory = NamespaceInventory()) { self.inventory = inventory }

  /// Looks once.
  public mutating func look(at now: UInt64 = Clock.monotonicNanoseconds())
    throws(SystemCallError)
  {
    tourNanoseconds = 0
    try inventory.refresh(at: now)
    let last = Dictionary(bounds.map { ($0.entry.inode, $0.reading) }) { first, _ in first }
    readCounters()
    let found = Set(bounds.map(\.entry.inode))
    spaces = spaces.filter { found.contains($0.key) }
    visitedAt = visitedAt.filter { found.contains($0.key) }
    // What fails from here on leaves what was known.
    for index in bounds.indices { bounds[index].space = spaces[bounds[index].entry.inode]?.space }
    try visit(at: now, last: last)
    lookedAt = now
    idleBindMaximum = unaccounted()
  }

  /// The counters of each namespace; of one that was nearly empty at the last look, those of that look, but
  /// never twice in a row.
  private mutating func readCounters() {
    var quiet: [UInt64: NamespaceBound] = [:]
    for bound in bounds where bound.trouble == nil && !rested.contains(bound.entry.inode) {
      if bound.usageMaximum(idleBinds: 0).map({ $0 < Self.quietShare }) ?? false {
        quiet[bound.entry.inode] = bound
      }
    }
    rested.removeAll(keepingCapacity: true)
    lookCount &+= 1
    bounds = inventory.entries.map { NamespaceBound($0) }
    for index in bounds.indices {
      let entry = bounds[index].entry
      if let last = quiet[entry.inode], last.entry.process == entry.process,
        last.entry.mounts == entry.mounts, (lookCount &+ index) % 2 == 0
      {
        bounds[index].reading = last.reading
        rested.insert(entry.inode)
      } else {
        bounds[index].reading = counters(of: entry)
      }
    }
  }

  /// The counters by way of a process; nil without one, and when it has ended.
  ///
  /// One that moved is believed to be where it was until the inventory's next full look: asking again each
  /// time would cost a third more.
  private mutating func counters(of entry: NamespaceEntry) -> GuardReading? {
    guard let process = entry.process else { return nil }
    return Self.counters(in: "/proc/\(process)/net", &reader)
  }

  private static func counters(
    in directory: String, _ reader: inout PathReader
  ) -> GuardReading? {
    var reading = GuardReading()
    do throws(SystemCallError) {
      try reader.read("\(directory)/sockstat") { GuardReader.parse(sockstat: $0, &reading) }
      do throws(SystemCallError) {
        try reader.read("\(directory)/sockstat6") { GuardReader.parse(sockstat6: $0, &reading) }
      } catch {
        // Without IPv6 there is no such file; anything else would hide half of the sockets.
        if error.errno != .noEntry { return nil }
      }
    } catch {
      return nil
    }
    return reading
  }

  /// Enters the namespaces of which something must be read inside; `last` has what was read there before.
  private mutating func visit(
    at now: UInt64, last: [UInt64: GuardReading?]
  ) throws(SystemCallError) {
    // The oldest ones, as many as go round in that time, so that no look pays for all.
    let old = bounds.indices.compactMap { index -> (index: Int, readAt: UInt64)? in
      guard let known = spaces[bounds[index].entry.inode], known.readAt != now else { return nil }
      return (index, known.readAt <= now ? known.readAt : 0)
    }
    let elapsed = lookedAt.map { now > $0 ? now - $0 : 0 } ?? 0
    let share = min(1, Double(elapsed) / Double(Self.spaceNanoseconds))
    let renewed = Set(
      old.sorted { $0.readAt < $1.readAt }
        .prefix(Int((Double(bounds.count) * share).rounded(.up))).map(\.index))
    let wanted = bounds.indices.filter { index in
      let bound = bounds[index], known = spaces[bound.entry.inode]
      // Inodes are given out again, and then somebody else is the oldest process.
      return bound.reading == nil || known == nil || known?.process != bound.entry.process
        || renewed.contains(index)
    }
    let visited = nextVisits(wanted, last)
    let uncounted = Set(visited.filter { bounds[$0].reading == nil }.map { bounds[$0].entry.inode })
    let tour = try NamespaceTour.visit(visited.map { bounds[$0].entry }) { entry, cookie in
      var inside = Inside(space: .read(cookie: cookie, isHost: entry.name == "host"))
      if uncounted.contains(entry.inode) {
        var reader = PathReader()
        inside.reading = Self.counters(in: "/proc/thread-self/net", &reader)
      }
      return inside
    }
    tourNanoseconds = tour.cpuNanoseconds
    for (index, visit) in zip(visited, tour.visits) {
      let entry = bounds[index].entry
      visitedAt[entry.inode] = now
      switch visit {
      case .found(let inside):
        if bounds[index].reading == nil { bounds[index].reading = inside.reading }
        spaces[entry.inode] = inside.space.map {
          Known(space: $0, process: entry.process, readAt: now)
        }
        if inside.space == nil {
          bounds[index].trouble = .refused("cannot read \(LocalPortRange.path) inside")
        }
      case .gone:
        bounds[index].trouble = .gone
        spaces[entry.inode] = nil
      case .refused(let error): bounds[index].trouble = .refused("\(error)")
      }
      bounds[index].space = spaces[entry.inode]?.space
    }
  }

  /// Those of `wanted` whose turn it is; the others keep what was read last, if anything was.
  private mutating func nextVisits(_ wanted: [Int], _ last: [UInt64: GuardReading?]) -> [Int] {
    guard wanted.count > visitMaximum else { return wanted }
    let order = wanted.sorted {
      visitedAt[bounds[$0].entry.inode] ?? 0 < visitedAt[bounds[$1].entry.inode] ?? 0
    }
    for index in order.dropFirst(visitMaximum) {
      let inode = bounds[index].entry.inode
      if bounds[index].reading == nil { bounds[index].reading = last[inode] ?? nil }
      if bounds[index].reading == nil || spaces[inode] == nil { bounds[index].trouble = .pending }
    }
    return order.prefix(visitMaximum).sorted()
  }

  private func unaccounted() -> Int? {
    // The same number in every namespace.
    guard let allocated = bounds.last(where: { $0.reading != nil })?.reading?.tcpAllocated else {
      return nil
    }
    var rest = allocated
    for bound in bounds { rest = rest &- (bound.reading?.tcpInUse ?? 0) }
    return max(0, rest)
  }
}

/// What is read inside a namespace.
private struct Inside: Sendable {
  var space: NamespaceSpace?
  var reading: GuardReading?
}
