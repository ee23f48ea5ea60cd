/// What an input of the fuzzer stands for.
///
///     0          1 …
///     ┌──────────┬─────────────────────────────────────────────┐
///     │ options  │ what the client sends, and what happens     │
///     └──────────┴─────────────────────────────────────────────┘
///       options: bits 0 and 1 whom it is sent to (Exporters), bit 2 the client hangs up while work is under way,
///                bit 3 it sends each byte for itself
///
/// Bytes are sent as they stand there, up to a 0xfe, which no request has: the byte after it says what happens.
struct RequestInput {
  /// What happens, one after the other.
  enum Step: Equatable {
    case send([UInt8])
    /// The loop runs: what waits for it is done.
    case run
    /// All deadlines pass.
    case expire
    /// A frame is published, and the exporter looks.
    case publish
    /// The client takes what it is sent, or no longer.
    case takes(Bool)
    /// An error of the socket.
    case fail
  }

  /// What one read of a socket takes at most.
  private static let readLimit = 8192
  static let mark: UInt8 = 0xfe

  let exporter: Int
  let hangsUp: Bool
  private(set) var steps: [Step] = []

  init(_ bytes: [UInt8]) {
    let options = bytes.first ?? 0
    exporter = Int(options & 3)
    hangsUp = options & 4 != 0
    let limit = options & 8 != 0 ? 1 : Self.readLimit
    var sent: [UInt8] = []
    var isMarked = false
    for byte in bytes.dropFirst() {
      if isMarked {
        isMarked = false
        if byte == 0xff {
          sent.append(Self.mark)
        } else {
          flush(&sent)
          if let step = Self.step(byte) { steps.append(step) }
        }
      } else if byte == Self.mark {
        isMarked = true
      } else {
        sent.append(byte)
      }
      if sent.count >= limit { flush(&sent) }
    }
    flush(&sent)
  }

  /// The step of a byte; nil: what is sent is only split there.
  private static func step(_ byte: UInt8) -> Step? {
    switch byte & 7 {
    case 1: .run
    case 2: .expire
    case 3: .publish
    case 4: .takes(false)
    case 5: .takes(true)
    case 6: .fail
    default: nil
    }
  }

  private mutating func flush(_ sent: inout [UInt8]) {
    if !sent.isEmpty { steps.append(.send(sent)) }
    sent = []
  }
}
