import Glibc
import Inet
import Kernel
import KernelTestKit
import Synchronization

/// The load, from any number of threads until its time is over.
final class Load: Sendable {
  /// What became of it.
  struct Account: Sendable {
    var connects = 0
    var failed = 0
    /// CLOCK_REALTIME nanoseconds; 0 for never.
    var firstFailedAt: UInt64 = 0
    var error: String?

    var line: String {
      "connects \(connects) failed \(failed) first_failed_at_ns \(firstFailedAt)"
    }
  }

  static let source = Endpoint(IPAddress(ipv4: 0x0a09_0001))
  static let destination = Endpoint(IPAddress(ipv4: 0x0a09_0002), 5000)

  let account = Mutex(Account())
  private let start = Clock.monotonicNanoseconds()
  private let end: UInt64

  init(seconds: Double) { end = start + UInt64(seconds * 1e9) }

  private var isOver: Bool { Clock.monotonicNanoseconds() >= end }

  /// So many a second, evenly; each connection is closed by the client first.
  func atRate(_ perSecond: Int) throws {
    let listener = try TestSocket.listener(Self.destination)
    for index in 0... {
      Clock.sleep(
        untilMonotonicNanoseconds: start + UInt64(Double(index) * 1e9 / Double(perSecond)))
      if isOver { return }
      try exchange(listener)
    }
  }

  /// Clients that all wait for a server whose queue is short, and which accepts twenty a second.
  func againstSlowServer(clients: Int) throws {
    let listener = try TestSocket.listener(Self.destination, backlog: 4)
    let server = try DedicatedThread {
      while !self.isOver {
        Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 50_000_000)
        _ = try? listener.accept()
      }
    }
    try together(clients) {
      // One that has waited for five seconds is given up.
      while !self.isOver { _ = self.connect() }
    }
    try server.join()
  }

  /// Threads that compute for four milliseconds between two connects.
  func computing(threads: Int) throws {
    let listener = try TestSocket.listener(Self.destination)
    try together(threads) {
      while !self.isOver {
        let until = Clock.threadCPUNanoseconds() + 4_000_000
        while Clock.threadCPUNanoseconds() < until {}
        do { try self.exchange(listener) } catch { self.note(error) }
      }
    }
  }

  /// Runs `body` on so many threads at once, and waits for all.
  private func together(_ count: Int, _ body: @escaping @Sendable () -> Void) throws {
    guard count > 0 else { return }
    let thread = try DedicatedThread { body() }
    try together(count - 1, body)
    try thread.join()
  }

  /// One connection, accepted, and closed by the client first.
  private func exchange(_ listener: TestSocket) throws {
    guard let client = connect() else { return }
    let server = try listener.accept()
    try client.shutDownWriting()
    withExtendedLifetime(server) {}
  }

  /// A connection; nil where there was no port, or no answer.
  private func connect() -> TestSocket? {
    do throws(SystemCallError) {
      let client = try TestSocket.connected(
        to: Self.destination, from: Self.source, bindsLate: true)
      account.withLock { $0.connects += 1 }
      return client
    } catch {
      switch error.errno.rawValue {
      case EADDRNOTAVAIL:
        let now = Clock.realtimeNanoseconds()
        account.withLock { account in
          account.failed += 1
          if account.firstFailedAt == 0 { account.firstFailedAt = now }
        }
      case EINPROGRESS, EAGAIN, ETIMEDOUT, ECONNRESET: break
      default: note(error)
      }
      return nil
    }
  }

  private func note(_ error: any Error) {
    account.withLock { $0.error = "\(error)" }
  }
}
