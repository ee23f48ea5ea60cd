internal import Kernel

/// TCP's memory, in pages, and where the kernel begins to save.
///
/// Above `pressure` buffers shrink; above `maximum` sockets get none, and connections are dropped.
/// Source: net/ipv4/tcp.c, net.ipv4.tcp_mem; the counter is "mem" of /proc/net/sockstat.
public struct TCPMemory: Hashable, Sendable {
  /// Pages in use.
  public var pages: Int
  /// Pages from which the kernel is under pressure.
  public var pressure: Int
  /// The most pages.
  public var maximum: Int

  /// `pages` in use against the text of tcp_mem, "287901\t383868\t575802"; nil when it is anything else.
  init?(pages: Int?, limits: [UInt8]) {
    let words = KernelText.words(limits).map { Int($0) }
    guard let pages, pages >= 0, words.count == 3, let low = words[0], let pressure = words[1],
      let maximum = words[2], 0 <= low, low <= pressure, pressure <= maximum, maximum > 0
    else { return nil }
    self.pages = pages
    self.pressure = pressure
    self.maximum = maximum
  }
}
