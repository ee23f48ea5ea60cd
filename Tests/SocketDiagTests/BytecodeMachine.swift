import Inet
import Netlink

/// The kernel's interpreter of inet_diag bytecode, and its audit, once more: the reference.
///
/// Written after the kernel's source, line by line, so that it fails where the kernel would.
/// Source: net/ipv4/inet_diag.c, inet_diag_bc_audit() and inet_diag_bc_run().
struct BytecodeMachine {
  /// A socket as the kernel's interpreter sees it (struct inet_diag_entry).
  struct Entry {
    var family: UInt8
    /// 4 bytes for AF_INET, 16 for AF_INET6.
    var source: [UInt8]
    var destination: [UInt8]
    var sourcePort: UInt16
    var destinationPort: UInt16
  }

  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private func halfWord(_ offset: Int) -> Int {
    Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
  }

  /// Why the kernel would refuse the program with EINVAL; nil when it would take it.
  func auditFailure() -> String? {
    guard bytes.count >= 4 else { return "shorter than an op" }
    var length = bytes.count
    while length > 0 {
      let start = bytes.count - length
      guard length >= 4 else { return "no room for an op at \(start)" }
      let code = bytes[start]
      var least = 4
      switch code {
      case 0, 1, 6: break
      case 2, 3, 4, 5, 11, 12: least = 8
      case 7, 8:
        least = 12
        guard length >= least else { return "condition cut short at \(start)" }
        switch bytes[start + 4] {
        case 0: break
        case 2: least += 4
        case 10: least += 16
        default: return "unknown family at \(start)"
        }
        guard length >= least else { return "address cut short at \(start)" }
        if Int(bytes[start + 5]) > 8 * (least - 12) { return "prefix too long at \(start)" }
      default: return "unknown code \(code) at \(start)"
      }
      guard length >= least else { return "operands cut short at \(start)" }
      let no = halfWord(start + 2)
      if code != 0 {
        if no < least || no > length + 4 || no & 3 != 0 { return "bad no at \(start)" }
        if no < length, !isOnChain(remaining: length - no) { return "no into an op at \(start)" }
      }
      let yes = Int(bytes[start + 1])
      if yes < least || yes > length + 4 || yes & 3 != 0 { return "bad yes at \(start)" }
      length -= yes
    }
    return length == 0 ? nil : "yes chain misses the end"
  }

  /// valid_cc(): whether following `yes` alone from the start comes by this many bytes before the end.
  private func isOnChain(remaining: Int) -> Bool {
    var length = bytes.count
    while length >= 0 {
      if remaining > length { return false }
      if remaining == length { return true }
      let yes = Int(bytes[bytes.count - length + 1])
      if yes < 4 || yes & 3 != 0 { return false }
      length -= yes
    }
    return false
  }

  /// Whether the program accepts the socket.
  func accepts(_ entry: Entry) -> Bool {
    var length = bytes.count
    while length > 0 {
      let start = bytes.count - length
      let isTrue =
        switch bytes[start] {
        case 0: true
        case 1: false
        case 2: Int(entry.sourcePort) >= halfWord(start + 6)
        case 3: Int(entry.sourcePort) <= halfWord(start + 6)
        case 4: Int(entry.destinationPort) >= halfWord(start + 6)
        case 5: Int(entry.destinationPort) <= halfWord(start + 6)
        case 11: Int(entry.sourcePort) == halfWord(start + 6)
        case 12: Int(entry.destinationPort) == halfWord(start + 6)
        case 7: condition(at: start + 4, entry.family, entry.source, entry.sourcePort)
        case 8: condition(at: start + 4, entry.family, entry.destination, entry.destinationPort)
        default: false
        }
      length -= isTrue ? Int(bytes[start + 1]) : halfWord(start + 2)
    }
    return length == 0
  }

  private func condition(
    at start: Int, _ family: UInt8, _ address: [UInt8], _ port: UInt16
  ) -> Bool {
    let wantedPort = (0..<4).reduce(UInt32(0)) {
      $0 | UInt32(bytes[start + 4 + $1]) << (8 * UInt32($1))
    }
    if wantedPort != .max, wantedPort != UInt32(port) { return false }
    let (wantedFamily, length) = (bytes[start], Int(bytes[start + 1]))
    if wantedFamily != 0, wantedFamily != family {
      guard family == 10, wantedFamily == 2 else { return false }
      let mappedStart: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
      return Array(address[..<12]) == mappedStart
        && agree(Array(address[12...]), at: start + 8, bits: length)
    }
    return length == 0 || agree(address, at: start + 8, bits: length)
  }

  /// bitstring_match(): whether the first `bits` bits are equal.
  private func agree(_ address: [UInt8], at start: Int, bits: Int) -> Bool {
    (0..<bits).allSatisfy { bit in
      (address[bit / 8] ^ bytes[start + bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
    }
  }
}
