public import Kernel

/// Some descriptors of each process: which sockets they were, of all that there are.
///
/// What they are the sockets of, a look at the tables tells afterwards: so there is no need to remember the
/// inodes of a million sockets, only of those that were hit.
public struct ProcessSample: Sendable {
  /// A process of which some links were read.
  public struct Holder: Sendable {
    /// The process; by its number alone.
    public var process: ProcessScan.Process
    /// Its descriptors.
    public var total: Int
    /// Those that were looked at, drawn at random with replacement; `total` when all were.
    public var looked: Int
    /// The numbers of the sockets that were hit, one for each hit.
    public var numbers: [UInt32]

    /// How many of its descriptors are sockets of which `hits` were hit.
    public func share(hits: Int) -> SampledShare {
      SampledShare(total: total, looked: looked, hits: hits)
    }
  }

  /// The sockets that were hit, of whatever kind.
  public internal(set) var sockets = SocketInodes()
  /// The processes with a socket among what was looked at, lowest number first.
  public internal(set) var holders: [Holder] = []

  /// Nothing was looked at.
  public init() {}
}

extension ProcessScan {
  /// Reads `linksPerProcess` links, drawn at random, of each process of the namespace with more than twice as
  /// many descriptors, and every link of the others.
  ///
  /// Costs as many links; the numbers of descriptors come from one stat(2) a process (6.2; before, they are
  /// listed). `draw` gives a random number below its argument.
  public mutating func sample(
    linksPerProcess: Int, drawing draw: (UInt32) -> UInt32
  ) throws(SystemCallError) -> ProcessSample {
    var sample = ProcessSample()
    for candidate in try candidates() where !candidate.isElsewhere {
      var holder = ProcessSample.Holder(
        process: Process(id: candidate.id, userID: nil, command: nil), total: 0, looked: 0,
        numbers: [])
      do throws(SystemCallError) {
        var isDone = false
        if candidate.descriptorCount ?? 0 > 2 * linksPerProcess {
          isDone = try drawLinks(of: candidate, linksPerProcess, draw, &holder, &sample.sockets)
        }
        if !isDone { try readLinks(of: candidate, &holder, &sample.sockets) }
      } catch {
        note(error)
        continue
      }
      if !holder.numbers.isEmpty { sample.holders.append(holder) }
    }
    return sample
  }

  /// Draws descriptors by number; false when too many numbers stand for none, so that they are better listed.
  private mutating func drawLinks(
    of candidate: Candidate, _ wanted: Int, _ draw: (UInt32) -> UInt32,
    _ holder: inout ProcessSample.Holder, _ sockets: inout SocketInodes
  ) throws(SystemCallError) -> Bool {
    guard let total = candidate.descriptorCount, let places = Self.places(of: candidate.thread)
    else {
      return false
    }
    var tries = 0, looked = 0
    var inodes: [UInt32] = []
    try links.probe(candidate.thread) {
      guard looked < wanted, tries < 16 * wanted else { return nil }
      tries += 1
      return draw(places)
    } _: { inode in
      looked += 1
      if let inode { inodes.append(inode) }
    }
    linkCount += looked
    guard looked >= wanted else { return false }
    holder.numbers = inodes.map { sockets.insert($0) }
    (holder.total, holder.looked) = (total, looked)
    return true
  }

  private mutating func readLinks(
    of candidate: Candidate, _ holder: inout ProcessSample.Holder, _ sockets: inout SocketInodes
  ) throws(SystemCallError) {
    var numbers: [UInt32] = []
    let total = try links.read(candidate.thread) { inodes in
      for index in inodes.indices { numbers.append(sockets.insert(inodes[index])) }
    }
    linkCount += total
    holder.numbers = numbers
    (holder.total, holder.looked) = (total, total)
  }

  /// The places in a process's table of descriptors: "FDSize:\t256" of /proc/PID/status.
  static func places(of id: Int32) -> UInt32? {
    guard let bytes = try? KernelFile.read("/proc/\(id)/status", limit: 65_536) else { return nil }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      guard line.hasPrefix("FDSize:") else { continue }
      let places = UInt32(line.dropFirst(7).drop { $0 == "\t" || $0 == " " })
      return places == 0 ? nil : places
    }
    return nil
  }
}
