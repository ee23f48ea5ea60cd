internal import Kernel

/// A neighbour table: who answers to which address on the wires of this host, all namespaces together.
///
/// At gc_thresh3 a new neighbour is refused, and what goes to it fails with ENOBUFS or is dropped.
/// Source: net/core/neighbour.c, neigh_alloc(), neigh_stat_seq_show().
public struct NeighbourTable: Hashable, Sendable {
  /// Entries against gc_thresh3.
  public var entries: LimitUse
  /// Entries that were refused since boot, because the table was full.
  public var refused: Int?

  /// Parses a file of /proc/net/stat: a line of names, then one line of hexadecimal values a processor.
  /// "entries" is the table's own on each line, the counters are each processor's.
  init?(statistics: [UInt8], maximum: Int?) {
    let table = KernelText.processorTable(statistics)
    guard let entries = LimitUse(table?.first("entries"), of: maximum) else { return nil }
    self.entries = entries
    refused = table?.sum("table_fulls")
  }

  static func read(_ name: String, family: String) -> NeighbourTable? {
    NeighbourTable(
      statistics: KernelText.table("/proc/net/stat/\(name)"),
      maximum: KernelText.number("/proc/sys/net/\(family)/neigh/default/gc_thresh3"))
  }
}
