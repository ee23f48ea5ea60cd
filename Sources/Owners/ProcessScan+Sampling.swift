public import Kernel

/// A share of something, found by looking at a sample of it.
public struct SampledShare: Hashable, Sendable {
  /// How many there are to look at.
  public let total: Int
  /// How many were looked at, drawn at random with replacement; `total` when all were.
  public let looked: Int
  /// How many of these were what was asked for.
  public let hits: Int

  /// `hits` of `looked`, drawn from `total`.
  public init(total: Int, looked: Int, hits: Int) {
    self.total = max(0, total)
    self.looked = max(0, looked)
    self.hits = min(max(0, hits), self.looked)
  }

  /// Whether all were looked at.
  public var isExact: Bool { looked >= total }

  /// How many there are of all, best guess.
  public var estimate: Int {
    if isExact { return hits }
    return looked == 0 ? 0 : Int((Double(total) * Double(hits) / Double(looked)).rounded())
  }

  /// Bounds that hold 95 times of a hundred: Wilson's interval of the binomial distribution, which is
  /// honest at both ends, where none or all are hits.
  public var bounds: ClosedRange<Int> {
    if isExact { return hits...hits }
    guard looked > 0 else { return 0...total }
    let n = Double(looked), p = Double(hits) / n, z = 1.96
    let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    let reach = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    // What was seen is there.
    let low = max(hits > 0 ? 1 : 0, Int((Double(total) * max(0, middle - reach)).rounded(.down)))
    let high = min(total, Int((Double(total) * min(1, middle + reach)).rounded(.up)))
    return min(low, high)...max(low, high)
  }
}

extension ProcessScan {
  /// A process of which some links were read.
  public struct Sample: Hashable, Sendable {
    /// The process.
    public var process: Process
    /// How many of its descriptors are sockets asked for.
    public var share: SampledShare
    /// The numbers in the table of the sockets that were hit, one for each hit.
    public var hits: [UInt32]
  }

  /// Reads `linksPerProcess` links, drawn at random, of each process with more than twice as many
  /// descriptors, and every link of the others. Returns the processes with a hit.
  ///
  /// The table's numbers tell which socket was hit; it is not changed. Costs as many links; the numbers of
  /// descriptors come from one stat(2) a process (6.2; before, they are listed). `draw` gives a random
  /// number below its argument.
  public mutating func sample(
    _ table: SocketInodes, linksPerProcess: Int, drawing draw: (UInt32) -> UInt32
  ) throws(SystemCallError) -> [Sample] {
    var samples: [Sample] = []
    for candidate in try candidates() where !candidate.isElsewhere {
      var sample = Sample(
        process: Process(id: candidate.id, userID: nil, command: nil),
        share: SampledShare(total: 0, looked: 0, hits: 0), hits: [])
      do throws(SystemCallError) {
        var isDone = false
        if candidate.descriptorCount ?? 0 > 2 * linksPerProcess {
          isDone = try drawLinks(of: candidate, table, linksPerProcess, draw, &sample)
        }
        if !isDone { try readLinks(of: candidate, table, &sample) }
      } catch {
        note(error)
        continue
      }
      guard sample.share.hits > 0 else { continue }
      sample.process = Self.describe(candidate)
      samples.append(sample)
    }
    return samples
  }

  /// Draws descriptors by number; false when too many numbers stand for none, so that they are better listed.
  private mutating func drawLinks(
    of candidate: Candidate, _ table: SocketInodes, _ wanted: Int,
    _ draw: (UInt32) -> UInt32, _ sample: inout Sample
  ) throws(SystemCallError) -> Bool {
    guard let total = candidate.descriptorCount, let places = Self.places(of: candidate.id) else {
      return false
    }
    var tries = 0, looked = 0
    var hits: [UInt32] = []
    try links.probe(candidate.id) {
      guard looked < wanted, tries < 16 * wanted else { return nil }
      tries += 1
      return draw(places)
    } _: { inode in
      looked += 1
      if let inode, let number = table.number(of: inode) { hits.append(number) }
    }
    linkCount += looked
    guard looked >= wanted else { return false }
    sample.hits = hits
    sample.share = SampledShare(total: total, looked: looked, hits: hits.count)
    return true
  }

  private mutating func readLinks(
    of candidate: Candidate, _ table: SocketInodes, _ sample: inout Sample
  ) throws(SystemCallError) {
    var hits: [UInt32] = []
    let total = try links.read(candidate.id) { inodes in
      for index in inodes.indices {
        if let number = table.number(of: inodes[index]) { hits.append(number) }
      }
    }
    linkCount += total
    sample.hits = hits
    sample.share = SampledShare(total: total, looked: total, hits: hits.count)
  }

  /// The places in a process's table of descriptors: "FDSize:\t256" of /proc/PID/status.
  private static func places(of id: Int32) -> UInt32? {
    guard let bytes = try? KernelFile.read("/proc/\(id)/status", limit: 65_536) else { return nil }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      guard line.hasPrefix("FDSize:") else { continue }
      let places = UInt32(line.dropFirst(7).drop { $0 == "\t" || $0 == " " })
      return places == 0 ? nil : places
    }
    return nil
  }
}
