internal import Inet
internal import Netlink

/// A piece of inet_diag bytecode that falls off its end for *true* and jumps to end + 4 for *false*.
struct Program {
  /// Operation codes of include/uapi/linux/inet_diag.h, in the kernel's numbering.
  enum Operation: UInt8 {
    case jump = 1
    case sourceAtLeast = 2
    case sourceAtMost = 3
    case destinationAtLeast = 4
    case destinationAtMost = 5
    case sourceCondition = 7
    case destinationCondition = 8
  }

  private(set) var bytes: [UInt8] = []
  /// Where the false jumps of this piece stand, so that a longer piece can move their targets.
  private var exits: [Int] = []

  /// True for no socket.
  static let reject: Program = {
    var program = Program()
    program.append(.jump, yes: 4, no: 8)
    return program
  }()

  /// A comparison of a port: the operand is an op-shaped struct with the port in its last field.
  static func port(_ operation: Operation, _ port: UInt16) -> Program {
    var program = Program()
    program.append(operation, yes: 8, no: 12)
    program.bytes.appendHostOrder(UInt16(0))
    program.bytes.appendHostOrder(port)
    return program
  }

  /// An address prefix (struct inet_diag_hostcond); port -1 means any.
  static func host(_ operation: Operation, _ prefix: AddressPrefix) -> Program {
    let address: [UInt8]
    if prefix.address.isIPv4 {
      var text: [UInt8] = []
      text.appendNetworkOrder(UInt32(truncatingIfNeeded: prefix.address.low))
      address = text
    } else {
      var text: [UInt8] = []
      text.appendNetworkOrder(prefix.address.high)
      text.appendNetworkOrder(prefix.address.low)
      address = text
    }
    let byteCount = UInt8(4 + 8 + address.count)
    var program = Program()
    program.append(operation, yes: byteCount, no: UInt16(byteCount) + 4)
    program.bytes.append(prefix.address.isIPv4 ? 2 : 10)
    program.bytes.append(UInt8(prefix.length))
    program.bytes.appendHostOrder(UInt16(0))
    program.bytes.appendHostOrder(Int32(-1))
    program.bytes += address
    return program
  }

  /// Both.
  static func and(_ left: Program, _ right: Program) -> Program {
    var program = left
    program.bytes += right.bytes
    for exit in left.exits { program.extendJump(at: exit, by: right.bytes.count) }
    program.exits += right.exits.map { $0 + left.bytes.count }
    return program
  }

  /// Either. The JMP's `yes` keeps the kernel's audit on the chain; it is never taken.
  static func or(_ left: Program, _ right: Program) -> Program {
    var program = Program(bytes: left.bytes, exits: [])
    program.append(.jump, yes: 4, no: UInt16(truncatingIfNeeded: right.bytes.count + 4))
    program.exits = right.exits.map { $0 + program.bytes.count }
    program.bytes += right.bytes
    return program
  }

  /// The opposite.
  static func not(_ inner: Program) -> Program {
    var program = Program(bytes: inner.bytes, exits: [])
    let exit = program.bytes.count
    program.append(.jump, yes: 4, no: 8)
    program.exits = [exit]
    return program
  }

  private init() {}

  private init(bytes: [UInt8], exits: [Int]) {
    self.bytes = bytes
    self.exits = exits
  }

  private mutating func append(_ operation: Operation, yes: UInt8, no: UInt16) {
    exits = [bytes.count]
    bytes.append(operation.rawValue)
    bytes.append(yes)
    bytes.appendHostOrder(no)
  }

  private mutating func extendJump(at offset: Int, by distance: Int) {
    let old = UInt16(bytes[offset + 2]) | UInt16(bytes[offset + 3]) << 8
    // Programs stop at 32,000 bytes (Bytecode.init), so the sum is cut only in ones thrown away.
    let new = old &+ UInt16(truncatingIfNeeded: distance)
    bytes[offset + 2] = UInt8(truncatingIfNeeded: new)
    bytes[offset + 3] = UInt8(truncatingIfNeeded: new >> 8)
  }
}
