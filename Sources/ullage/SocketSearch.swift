import Collector
import Console
import Inet
import Kernel
import Owners
import Rendering
import SocketDiag

/// Sockets on their way to standard output: in the kernel's order at once, in another one when all are there.
struct SocketSearch {
  private var listing: SocketListing
  private let sort: SocketsCommand.SortKey?
  private let limit: Int
  private var sorted: [(socket: SocketRecord, namespace: String?)] = []
  private var found = 0
  private var writeError: SystemCallError?
  /// Who holds them.
  var owners = SocketOwners()
  /// What could not be looked at.
  var missing: [String] = []
  /// What else is to be said, and takes nothing from the answer.
  var notes: [OwnerNote] = []

  init(_ listing: SocketListing, sort: SocketsCommand.SortKey?, limit: Int) {
    self.listing = listing
    self.sort = sort
    self.limit = limit
  }

  /// Takes what `lister` finds in the calling thread's namespace, which is called `namespace` in a listing of
  /// several.
  mutating func look(_ lister: SocketLister, in namespace: String? = nil) throws(SampleError) {
    let failures = try lister.list { take($0, namespace) }
    for (transport, error) in failures {
      note("\(transport.name) sockets are missing: \(error)")
    }
    if lister.wantsIdleBinds, !SocketLister.knowsIdleBinds {
      note("bound_inactive sockets are missing: this kernel does not report them (6.8 does)")
    }
  }

  private mutating func note(_ text: String) {
    if !missing.contains(text) { missing.append(text) }
  }

  private mutating func take(_ socket: SocketRecord, _ namespace: String?) {
    found += 1
    guard writeError == nil else { return }
    if let sort {
      sorted.append((socket, namespace))
      // Never many more than will be shown.
      if limit < 1_000_000, sorted.count > 2 * limit + 1000 {
        sorted.sort { Self.precedes($0.socket, $1.socket, sort) }
        sorted.removeSubrange(limit...)
      }
    } else if listing.count < limit {
      append(socket, namespace)
    }
  }

  private mutating func append(_ socket: SocketRecord, _ namespace: String?) {
    listing.append(socket, of: owners.owner(of: socket), in: namespace)
    if listing.pendingByteCount > 60_000 { writeError = write() }
  }

  /// Writes what is left, and says what is missing.
  mutating func finish() -> Result<Outcome, Failure> {
    if let sort { sorted.sort { Self.precedes($0.socket, $1.socket, sort) } }
    for (socket, namespace) in sorted.prefix(limit) where writeError == nil {
      append(socket, namespace)
    }
    let notes = owners.notes + notes
    for text in missing + notes.map(\.text) { Failure.warn(text) }
    listing.finish(missing: missing, notes: notes)
    if let error = writeError ?? write() { return .failure(Failure(writing: error)) }
    if found > listing.count {
      Failure.warn("\(found - listing.count) more rows were left out (--top)")
    }
    // "None" would be a wrong answer where some could not be looked at.
    if found == 0, !missing.isEmpty {
      return .failure(Failure("nothing found, and not all was seen"))
    }
    return .success(found == 0 ? .no : .done)
  }

  private mutating func write() -> SystemCallError? {
    do throws(SystemCallError) {
      try ByteStream.standardOutput.write(listing.take())
      return nil
    } catch {
      return error
    }
  }

  private static func precedes(
    _ left: SocketRecord, _ right: SocketRecord, _ key: SocketsCommand.SortKey
  ) -> Bool {
    let state = { (socket: SocketRecord) in socket.state?.rawValue ?? 0 }
    let source = { (socket: SocketRecord) in (socket.source, socket.sourcePort) }
    let destination = { (socket: SocketRecord) in (socket.destination, socket.destinationPort) }
    switch key {
    case .state where state(left) != state(right): return state(left) < state(right)
    case .expires where left.expiresMilliseconds != right.expiresMilliseconds:
      return (left.expiresMilliseconds ?? .max) < (right.expiresMilliseconds ?? .max)
    case .destination where destination(left) != destination(right):
      return destination(left) < destination(right)
    default:
      if source(left) != source(right) { return source(left) < source(right) }
      return destination(left) < destination(right)
    }
  }
}
