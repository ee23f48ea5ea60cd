/// One request and its replies over one transport, received into one buffer.
///
/// A conversation that threw is over: a dump may be half read, so close its transport.
public struct Conversation<Transport: DatagramTransport & ~Copyable>: ~Copyable {
  /// The transport, which the conversation owns.
  public var transport: Transport
  private var buffer: ReceiveBuffer
  private var expectation: ReplyExpectation?
  private var lastSequence: UInt32 = 0

  /// Whether the kernel flagged the last dump as possibly inconsistent.
  public private(set) var wasInterrupted = false
  /// Whether a data message has come for the last request.
  public private(set) var hasYielded = false
  /// Datagrams received for the last request.
  public private(set) var datagramCount = 0

  /// A conversation over `transport`; allocates the receive buffer.
  public init(_ transport: consuming Transport, bufferCapacity: Int = 32_768) {
    self.transport = transport
    buffer = ReceiveBuffer(capacity: bufferCapacity)
  }

  /// The sequence number for the next request.
  public mutating func nextSequence() -> UInt32 {
    lastSequence &+= 1
    return lastSequence
  }

  /// Sends `request`; its replies are fetched with `receive`.
  public mutating func start(_ request: Request, operation: String) throws(NetlinkError) {
    wasInterrupted = false
    hasYielded = false
    datagramCount = 0
    expectation = ReplyExpectation(
      operation: operation, portID: transport.portID, sequence: request.sequence,
      type: request.type)
    try transport.send(request.bytes, operation: operation)
  }

  /// Receives one datagram and lends its replies to `body`; false once the dump has ended.
  ///
  /// What `body` leaves unread is skipped, but still checked. No allocation.
  public mutating func receive(
    _ body: (inout ReplyCursor) throws(NetlinkError) -> Void
  ) throws(NetlinkError) -> Bool {
    guard let expectation else { return false }
    try transport.receive(into: &buffer, operation: expectation.operation)
    datagramCount += 1
    var replies = ReplyCursor(buffer.bytes(), expectation)
    // Also when it throws: whoever wants to ask again must know whether rows were handed out.
    defer {
      if replies.hasYielded { hasYielded = true }
      if replies.wasInterrupted { wasInterrupted = true }
    }
    try body(&replies)
    while try replies.next() != nil {}
    if replies.isDone { self.expectation = nil }
    return !replies.isDone
  }
}
