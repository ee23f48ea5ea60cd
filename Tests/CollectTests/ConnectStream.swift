import Glibc
import Inet
import Kernel
import KernelTestKit
import Synchronization

/// A stream of connects to a listener in the same namespace, each closed by the client at once: one port of
/// the pool in TIME_WAIT for each. Runs on a thread of its own in the namespace of the thread that
/// starts it.
final class ConnectStream: Sendable {
  struct Progress: Sendable {
    var connects = 0
    /// When the first connect found no port: CLOCK_MONOTONIC nanoseconds.
    var failedAt: UInt64?
    var error: String?
    var isStopped = false
  }

  let progress = Mutex(Progress())

  /// Connects `perSecond` times a second from 10.9.0.1 to 10.9.0.2:5000, evenly, until it is stopped or a
  /// connect finds no port.
  func start(perSecond: Double) throws -> DedicatedThread<Void> {
    try DedicatedThread(in: NetworkNamespace.current()) { self.run(perSecond: perSecond) }
  }

  static let source = Endpoint(IPAddress(ipv4: 0x0a09_0001))
  static let destination = Endpoint(IPAddress(ipv4: 0x0a09_0002), 5000)

  func stop() { progress.withLock { $0.isStopped = true } }

  var failedAt: UInt64? { progress.withLock { $0.failedAt } }
  var connects: Int { progress.withLock { $0.connects } }
  var error: String? { progress.withLock { $0.error } }

  private func run(perSecond: Double) {
    do {
      let listener = try TestSocket.listener(Self.destination)
      let start = Clock.monotonicNanoseconds()
      for index in 0... {
        Clock.sleep(
          untilMonotonicNanoseconds: start + UInt64(Double(index) * 1e9 / perSecond))
        if progress.withLock({ $0.isStopped }) { return }
        guard try connect(listener) else { return }
        progress.withLock { $0.connects += 1 }
      }
    } catch {
      progress.withLock { $0.error = "\(error)" }
    }
  }

  /// One connection, closed by the client first; false when there is no port.
  private func connect(_ listener: TestSocket) throws(SystemCallError) -> Bool {
    let client: TestSocket
    do throws(SystemCallError) {
      client = try TestSocket.connected(
        to: Self.destination, from: Self.source, bindsLate: true)
    } catch {
      guard error.errno.rawValue == EADDRNOTAVAIL else { throw error }
      let now = Clock.monotonicNanoseconds()
      progress.withLock { $0.failedAt = now }
      return false
    }
    let server = try listener.accept()
    try client.shutDownWriting()
    withExtendedLifetime(server) {}
    return true
  }
}
