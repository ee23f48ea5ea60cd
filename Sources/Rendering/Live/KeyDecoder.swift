/// Bytes from a terminal, as keys.
///
///     byte ──> ground ── ESC ──> escape ── [ ──> CSI … final ──> key
///                │                 ├───── O ──> SS3 final ────> key
///                └ UTF-8, control  └ time-out ──> Escape
///
/// Sequences may be split over reads. What is pasted (between ESC [200~ and ESC [201~) and what is not
/// known is left out. Memory is bounded whatever comes.
public struct KeyDecoder: Sendable {
  private enum Mode: Hashable, Sendable {
    case ground
    case escape
    case sequence
    case functionKey
    case single
  }

  private var mode = Mode.ground
  private var pending: [UInt8] = []
  private var isPasted = false
  private var silences = 0

  /// A decoder that has seen nothing.
  public init() {}

  /// Whether something has begun that more bytes or `timeOut` will end.
  public var isPending: Bool { mode != .ground || !pending.isEmpty || isPasted }

  /// The keys that end with these bytes.
  public mutating func decode(_ bytes: some Sequence<UInt8>) -> [Key] {
    silences = 0
    var keys: [Key] = []
    for byte in bytes { take(byte, &keys) }
    return keys
  }

  /// To be called when nothing has come for a while (50 ms): an Escape that nothing followed is a key.
  public mutating func timeOut() -> [Key] {
    silences += 1
    // A paste whose end got lost must not swallow keys for ever.
    if silences >= 20 { isPasted = false }
    let wasEscape = mode == .escape
    mode = .ground
    pending = []
    return wasEscape && !isPasted ? [.escape] : []
  }

  private mutating func take(_ byte: UInt8, _ keys: inout [Key]) {
    switch mode {
    case .ground: ground(byte, &keys)
    case .escape: escape(byte, &keys)
    case .functionKey: mode = .ground
    case .single:
      mode = .ground
      add(Self.arrow(byte, isShifted: false), &keys)
    case .sequence: sequence(byte, &keys)
    }
  }

  private mutating func ground(_ byte: UInt8, _ keys: inout [Key]) {
    if !pending.isEmpty, byte & 0xc0 == 0x80 {
      pending.append(byte)
      finishCharacter(&keys)
      return
    }
    pending = []
    switch byte {
    case 0x1b: mode = .escape
    case 0x0d, 0x0a: add(.enter, &keys)
    case 0x09: add(.tab, &keys)
    case 0x7f, 0x08: add(.backspace, &keys)
    case 0x03:
      // Whatever is going on, this one is heard.
      isPasted = false
      keys.append(.control("c"))
    case 0x01...0x1a: add(.control(Character(UnicodeScalar(byte + 0x60))), &keys)
    case 0x20..<0x7f: add(.character(Character(UnicodeScalar(byte))), &keys)
    case 0xc2...0xf4: pending = [byte]
    default: break
    }
  }

  private mutating func finishCharacter(_ keys: inout [Key]) {
    let length = pending[0] >= 0xf0 ? 4 : pending[0] >= 0xe0 ? 3 : 2
    guard pending.count == length else { return }
    let text = String(validating: pending, as: UTF8.self)
    pending = []
    guard let text, text.count == 1, let character = text.first else { return }
    add(.character(character), &keys)
  }

  private mutating func escape(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case UInt8(ascii: "["): mode = .sequence
    case UInt8(ascii: "O"): mode = .single
    case 0x1b: add(.escape, &keys)
    case 0x20...0x7e: mode = .ground
    default:
      mode = .ground
      add(.escape, &keys)
      ground(byte, &keys)
    }
  }

  private mutating func sequence(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case UInt8(ascii: "[") where pending.isEmpty: mode = .functionKey
    case 0x40...0x7e:
      let parameters = pending
      mode = .ground
      pending = []
      finishSequence(parameters, byte, &keys)
    case 0x20...0x3f:
      // What is this long is nothing that we know; the rest is only looked through for its end.
      if pending.count < 32 { pending.append(byte) }
    default:
      mode = .ground
      pending = []
      ground(byte, &keys)
    }
  }

  private mutating func finishSequence(
    _ parameters: [UInt8], _ final: UInt8, _ keys: inout [Key]
  ) {
    let numbers = String(decoding: parameters, as: UTF8.self)
      .split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let isShifted = numbers.count > 1 && numbers[1] > 1
    switch final {
    case UInt8(ascii: "~"):
      switch numbers.first {
      case 200: isPasted = true
      case 201: isPasted = false
      case 1, 7: add(.home, &keys)
      case 4, 8: add(.end, &keys)
      case 3: add(.delete, &keys)
      case 5: add(.pageUp, &keys)
      case 6: add(.pageDown, &keys)
      default: break
      }
    case UInt8(ascii: "Z"): add(.backTab, &keys)
    default: add(Self.arrow(final, isShifted: isShifted), &keys)
    }
  }

  private static func arrow(_ final: UInt8, isShifted: Bool) -> Key? {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): isShifted ? .shiftRight : .right
    case UInt8(ascii: "D"): isShifted ? .shiftLeft : .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "M"): .enter
    default: nil
    }
  }

  private mutating func add(_ key: Key?, _ keys: inout [Key]) {
    if let key, !isPasted { keys.append(key) }
  }
}
