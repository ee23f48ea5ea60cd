internal import Glibc

/// The sockets that the service manager listens on for us: the protocol of sd_listen_fds(3).
public enum ServiceSockets {
  /// The descriptors that were handed over, from 3 on, close-on-exec; none where they are another process's.
  public static func inherited() -> [Int32] {
    guard Environment.value("LISTEN_PID") == "\(Credentials.processID)",
      let count = Environment.value("LISTEN_FDS").flatMap({ Int32($0) }), (1...64).contains(count)
    else { return [] }
    let descriptors = Array(3..<3 + count)
    for number in descriptors { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
    return descriptors
  }
}
