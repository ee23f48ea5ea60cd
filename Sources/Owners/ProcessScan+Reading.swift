public import Kernel
internal import Synchronization

/// Reading every descriptor, on two threads where there is much to read.
extension ProcessScan {
  /// Reads every link of every process there is, and says who holds which of `sockets`. `keepsAll`: every holder
  /// of a socket, not only the first, in whatever namespace.
  ///
  /// The pass over the processes of the namespace is always a whole one, because only that tells which sockets
  /// are shared; processes of other namespaces follow while some socket is still without holder. Costs about
  /// 1.3 µs a link (the kernel's readlink), half of that in time on two processors; allocates nothing per link but
  /// 4 bytes for each that was asked for.
  public mutating func readAll(
    for sockets: SocketInodes, keepsAll: Bool = false
  ) throws(SystemCallError) -> SocketHolders {
    var holders = SocketHolders(count: sockets.count, keepsAll: keepsAll)
    guard sockets.count > 0 else { return holders }
    let candidates = try candidates()
    if keepsAll {
      read(candidates, for: sockets, &holders)
      return holders
    }
    read(candidates.filter { !$0.isElsewhere }, for: sockets, &holders)
    if holders.unclaimedCount > 0 {
      read(candidates.filter(\.isElsewhere), for: sockets, &holders)
    }
    return holders
  }

  private mutating func read(
    _ candidates: [Candidate], for sockets: SocketInodes, _ holders: inout SocketHolders
  ) {
    let work = LinkWork(candidates, sockets)
    var beside: DedicatedThread<[LinkFinding]>?
    if work.descriptorCount > Self.descriptorsOfOneThread, Machine.processorCount() > 1 {
      // Without a second thread it takes longer, and that is all.
      do throws(SystemCallError) { beside = try DedicatedThread { work.run() } } catch {}
    }
    var findings = work.run()
    if let thread = beside.take() {
      do throws(SystemCallError) { findings += try thread.join() } catch {}
    }
    // Lowest process first, whoever read it.
    findings.sort { $0.part < $1.part }
    var last: Int32?
    for finding in findings {
      linkCount += finding.linkCount
      let candidate = candidates[work.parts[finding.part].candidate]
      if let error = finding.error { note(error) }
      guard !finding.numbers.isEmpty, processes.count < Int(SocketHolders.largestHolder) else {
        continue
      }
      if last != candidate.id { processes.append(Self.describe(candidate)) }
      last = candidate.id
      holders.claim(finding.numbers[...], for: UInt32(truncatingIfNeeded: processes.count))
    }
  }

  /// A thread costs as much as this many links, or so: 20 µs and what moves between caches.
  private static var descriptorsOfOneThread: Int { 2000 }
}

/// What there is to read, in parts that threads take one after the other.
private final class LinkWork: Sendable {
  /// Descriptors of one process with numbers of one range.
  struct Part {
    var candidate: Int
    var numbers: Range<UInt32>
  }

  let parts: [Part]
  /// How many there are, about.
  let descriptorCount: Int
  private let threads: [Int32]
  private let sockets: SocketInodes
  private let next = Atomic<Int>(0)

  /// A large process is read in parts, so that it does not keep one thread busy while the other has nothing to do.
  init(_ candidates: [ProcessScan.Candidate], _ sockets: SocketInodes) {
    var parts: [Part] = []
    var total = 0
    for (index, candidate) in candidates.enumerated() {
      let count = candidate.descriptorCount ?? 256
      total += count
      var start: UInt32 = 0
      if count > Self.numbersOfPart, let places = ProcessScan.places(of: candidate.thread) {
        while start + UInt32(Self.numbersOfPart) < places {
          let end = start + UInt32(Self.numbersOfPart)
          parts.append(Part(candidate: index, numbers: start..<end))
          start = end
        }
      }
      parts.append(Part(candidate: index, numbers: start..<UInt32(Int32.max)))
    }
    self.parts = parts
    self.sockets = sockets
    descriptorCount = total
    threads = candidates.map(\.thread)
  }

  private static var numbersOfPart: Int { 4096 }

  /// Takes parts until there are none left.
  func run() -> [LinkFinding] {
    var links = SocketLinks()
    var findings: [LinkFinding] = []
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < parts.count else { return findings }
      let part = parts[index]
      var finding = LinkFinding(part: index)
      do throws(SystemCallError) {
        finding.linkCount = try links.read(threads[part.candidate], part.numbers) { inodes in
          for index in inodes.indices {
            let number = sockets.number(of: inodes[index])
            if number != 0 { finding.numbers.append(number) }
          }
        }
      } catch {
        // Once is enough to say it.
        if part.numbers.lowerBound == 0 { finding.error = error }
      }
      if finding.linkCount > 0 || finding.error != nil { findings.append(finding) }
    }
  }
}

/// What a part had.
private struct LinkFinding: Sendable {
  var part: Int
  var linkCount = 0
  /// The numbers of the sockets asked for, once for each descriptor.
  var numbers: [UInt32] = []
  var error: SystemCallError?

  init(part: Int) { self.part = part }
}
