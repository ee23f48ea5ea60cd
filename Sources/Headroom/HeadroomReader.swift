internal import FrameRing
internal import Frames
public import Inet
public import Kernel
internal import Ring
internal import Synchronization

/// Answers how many more connects get a source port, out of a collector's ring: for whoever connects, before.
///
///     let reader = try HeadroomReader()
///     if let left = reader.headroom(to: address, port: 443).left, left < 500 { … }
///
/// It asks the file and nobody else: no socket, no netlink, no privilege. A question is one pread(2) of eight
/// bytes and a look at the frame in memory, 0.6 us, and allocates nothing; a new frame is read once, 21 us of 60
/// pools (scripts/bench-headroom). Frames come once a second by default, and an answer says how old it is. Where
/// there is no ring, or nobody writes it, it looks again ten times a second at most: a collector may be started
/// later, stopped and started again.
///
/// Any thread may ask; one at a time gets its answer.
public final class HeadroomReader: Sendable {
  private let state: Mutex<State>

  /// A reader of the ring of the calling thread's network namespace: in `directory`, or where collectors have
  /// theirs, in /run/ullage and $XDG_RUNTIME_DIR/ullage.
  ///
  /// Throws when the namespace cannot be looked at. That there is no ring is an answer and no error.
  public init(directory: String? = nil) throws(SystemCallError) {
    let identity = try NamespaceIdentity.current()
    state = Mutex(State(.namespace(identity, directory)))
  }

  /// A reader of the ring at `path`, of whatever namespace: also of a recording that is being made.
  public init(path: String) { state = Mutex(State(.file(path))) }

  /// The headroom of TCP connects to `destination`:`port`: see `HeadroomTable`. Without `source`, of the source
  /// address from which the fewest connects are left.
  public func headroom(
    to destination: IPAddress, port: UInt16, from source: IPAddress? = nil
  ) -> HeadroomAnswer {
    state.withLock { state in
      let now = Clock.monotonicNanoseconds()
      switch state.table(at: now) {
      case .success(let table):
        return table.headroom(
          to: destination, port: port, from: source, atMonotonicNanoseconds: now)
      case .failure(let why): return .unknown(why)
      }
    }
  }
}

extension HeadroomUnknown: Error {}

/// What a reader has open, and the frame that it read last.
private struct State {
  enum Place {
    case namespace(NamespaceIdentity, String?)
    case file(String)
  }

  private let place: Place
  private let boot: BootID?
  private var ring: FrameRingReader?
  private var number: UInt64?
  private var table: HeadroomTable?
  /// Why there is none.
  private var problem = HeadroomUnknown.noFrame
  private var looksAgainAt: UInt64 = 0

  init(_ place: Place) {
    self.place = place
    boot = try? BootID.current()
  }

  /// The table of the newest frame.
  mutating func table(at now: UInt64) -> Result<HeadroomTable, HeadroomUnknown> {
    do throws(RingError) {
      if try !takeNewest() || table?.isDue(at: now) ?? true { try lookAgain(at: now) }
    } catch {
      (ring, number, table) = (nil, nil, nil)
      problem = .unreadable(error)
    }
    guard let table else { return .failure(problem) }
    return .success(table)
  }

  /// Reads the newest frame unless it is known. Whether there is a ring that is open.
  private mutating func takeNewest() throws(RingError) -> Bool {
    guard let ring else { return false }
    let newest = try ring.newestNumber()
    if newest == number, number != nil { return true }
    // What cannot be read now is not asked for again and again.
    number = newest
    guard let frame = try ring.newest() else { return true }
    if let boot, boot != frame.boot {
      (table, problem) = (nil, .otherBoot)
    } else {
      table = HeadroomTable(frame, intervalNanoseconds: ring.writer.intervalNanoseconds)
    }
    return true
  }

  /// Looks who writes, and where there is nobody, whether there is somebody elsewhere.
  private mutating func lookAgain(at now: UInt64) throws(RingError) {
    guard now >= looksAgainAt else { return }
    looksAgainAt = now + Self.pauseNanoseconds
    if let ring {
      try ring.refresh()
      // Another file may stand there now, whose frames have the same numbers.
      number = nil
      _ = try takeNewest()
      if ring.writer.isClosed { (table, problem) = (nil, .ended) }
      guard ring.writer.isClosed || table?.isStale(at: now) ?? true else { return }
    }
    guard let found = try open(), found.path != ring?.path else { return }
    (ring, number, table, problem) = (found, nil, nil, .noFrame)
    _ = try takeNewest()
  }

  /// Opens the ring that is written, else the first one.
  private mutating func open() throws(RingError) -> FrameRingReader? {
    switch place {
    case .file(let path):
      if ring != nil { return nil }
      do throws(RingError) {
        return try FrameRingReader(path: path)
      } catch {
        guard error.reason == .missing else { throw error }
        problem = .noRing(places: [path])
        return nil
      }
    case .namespace(let identity, let directory):
      let paths =
        directory.map { NamespaceRings.newest(of: identity, in: $0).map { [$0] } ?? [] }
        ?? RingLocation.forReading(nil, of: identity)
      let found = try FrameRingReader.firstWritten(of: paths)
      if found == nil, ring == nil {
        problem = .noRing(places: paths.isEmpty ? RingLocation.directories(directory) : paths)
      }
      return found
    }
  }

  private static var pauseNanoseconds: UInt64 { 100_000_000 }
}
