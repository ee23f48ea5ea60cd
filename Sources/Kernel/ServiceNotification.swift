internal import CKernel

/// Tells the service manager how a service is doing: the protocol of sd_notify(3), one datagram a
/// message to the socket that NOTIFY_SOCKET names. Without a manager nothing is sent.
///
/// Ours and not libsystemd's, whose shared library would be the only thing needed of it.
public struct ServiceNotification: Sendable {
  private let socketName: String?
  /// How often the manager wants a sign of life; nil when it does not. Half of it is good practice.
  public let watchdogNanoseconds: UInt64?

  /// What the environment says of this process.
  public init() {
    socketName = Environment.value("NOTIFY_SOCKET").flatMap { $0.isEmpty ? nil : $0 }
    // WATCHDOG_PID names the process that is meant; where it is missing, everybody is.
    let isMeant = Environment.value("WATCHDOG_PID").map { $0 == "\(Credentials.processID)" } ?? true
    watchdogNanoseconds =
      isMeant
      ? Environment.value("WATCHDOG_USEC").flatMap { UInt64($0) }
        .flatMap { $0 > 0 && $0 < .max / 1000 ? $0 * 1000 : nil } : nil
  }

  /// Whether anybody listens.
  public var isWanted: Bool { socketName != nil }

  /// "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=…"; several on lines of their own.
  public func send(_ message: String) throws(SystemCallError) {
    guard let socketName else { return }
    let bytes = Array(message.utf8)
    try retrying("notify", socketName) {
      // SAFETY: the bytes and the terminated name live for the call.
      unsafe bytes.withUnsafeBytes { buffer in
        unsafe CKernel_send_datagram(socketName, buffer.baseAddress, buffer.count)
      }
    }
  }
}
