public import Netlink

/// A kernel for tests: one function from a request to what comes back.
///
///     var dump = SocketDump(FakeKernel { request in
///       [.datagram([request.row(FakeRow())]), .datagram([request.done()])]
///     })
///
/// Each request replaces what was still to come. When nothing is left to come, `receive` times out as
/// the real socket would; a datagram longer than the buffer is truncated as there.
public struct FakeKernel: DatagramTransport {
  /// The port id that the fake gives its socket unless told otherwise.
  public static let usualPortID: UInt32 = 4711

  /// The port id to which replies are addressed.
  public let portID: UInt32
  private let answer: (FakeRequest) -> [Delivery]
  private var pending: [Delivery] = []
  private var nextIndex = 0

  /// A kernel that answers each request with what `answer` returns.
  public init(
    portID: UInt32 = FakeKernel.usualPortID, _ answer: @escaping (FakeRequest) -> [Delivery]
  ) {
    self.portID = portID
    self.answer = answer
  }

  /// Takes a request and works out what will come back.
  public mutating func send(_ request: [UInt8], operation: String) throws(NetlinkError) {
    pending = answer(FakeRequest(bytes: request, portID: portID))
    nextIndex = 0
  }

  /// Delivers what comes next. No allocation.
  public mutating func receive(
    into buffer: inout ReceiveBuffer, operation: String
  ) throws(NetlinkError) {
    guard nextIndex < pending.count else {
      throw NetlinkError(operation, .timedOut(seconds: 10))
    }
    let delivery = pending[nextIndex]
    nextIndex += 1
    switch delivery {
    case .bytes(let bytes):
      guard buffer.fill(with: bytes) else {
        throw NetlinkError(operation, .truncated(capacity: buffer.capacity))
      }
    case .failure(let cause):
      throw NetlinkError(operation, cause)
    }
  }
}

/// What one receive gives.
public enum Delivery: Hashable, Sendable {
  /// A datagram of exactly these bytes.
  case bytes([UInt8])
  /// A receive that fails.
  case failure(NetlinkError.Cause)

  /// A datagram of whole messages.
  public static func datagram(_ messages: [FakeMessage]) -> Delivery {
    .bytes(messages.flatMap(\.bytes))
  }
}
