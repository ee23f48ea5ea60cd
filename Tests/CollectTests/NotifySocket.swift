import Glibc
import Kernel

/// The socket of a service manager: what sd_notify(3) is told arrives here.
final class NotifySocket {
  let path: String
  private let socket: Descriptor

  init(_ path: String) throws {
    self.path = path
    socket = Descriptor(owning: Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0))
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // SAFETY: the path of a test's directory is far shorter than the field, and the rest is zero.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let number = socket.number
    // SAFETY: the address lives for the call.
    let status = unsafe withUnsafePointer(to: address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(number, $0, length)
      }
    }
    guard status == 0 else { throw Errno.last }
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    // SAFETY: the kernel reads the struct.
    unsafe setsockopt(
      number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// The next message; nil when none comes within five seconds.
  func next() -> String? { receive(0) }

  /// Every message that has come.
  func drain() -> [String] {
    var messages: [String] = []
    while let message = receive(Int32(MSG_DONTWAIT)) { messages.append(message) }
    return messages
  }

  private func receive(_ flags: Int32) -> String? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    // SAFETY: the kernel writes at most as many bytes as the array has.
    let count = unsafe recv(socket.number, &bytes, bytes.count, flags)
    return count >= 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
  }
}
