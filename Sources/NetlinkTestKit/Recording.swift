public import Netlink

/// A request and the datagrams that answered it, to be kept in a file and replayed.
///
///     ┌────────┬───────────┬────────┬────────────┬────────┬────────────┬───
///     │ length │ request … │ length │ datagram … │ length │ datagram … │ …
///     └────────┴───────────┴────────┴────────────┴────────┴────────────┴───
///       lengths are 4 bytes, little-endian; nothing is padded
public struct Recording: Hashable, Sendable {
  /// The request as it was sent.
  public var request: [UInt8]
  /// The datagrams as they came.
  public var datagrams: [[UInt8]]

  /// A recording of these.
  public init(request: [UInt8], datagrams: [[UInt8]]) {
    self.request = request
    self.datagrams = datagrams
  }

  /// Reads a file's bytes; nil when they do not end where a record ends.
  public init?(file bytes: [UInt8]) {
    var records: [[UInt8]] = []
    var rest = bytes[...]
    while rest.count >= 4 {
      let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      guard length <= rest.count else { return nil }
      records.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    guard rest.isEmpty, let request = records.first else { return nil }
    self.init(request: request, datagrams: Array(records.dropFirst()))
  }

  /// The file's bytes.
  public var file: [UInt8] {
    var bytes: [UInt8] = []
    for record in [request] + datagrams {
      bytes.appendHostOrder(UInt32(record.count))
      bytes += record
    }
    return bytes
  }

  /// The port id to which the datagrams are addressed.
  public var portID: UInt32 {
    datagrams.first.map { FakeRequest(bytes: $0).number(at: 12) } ?? FakeKernel.usualPortID
  }

  /// A kernel that answers the first request as it was answered then.
  public var kernel: FakeKernel {
    FakeKernel(portID: portID) { _ in datagrams.map { .bytes($0) } }
  }
}

/// A transport that keeps what passes through another one.
public struct RecordingTransport<Base: DatagramTransport & ~Copyable>: ~Copyable, DatagramTransport
{
  private var base: Base
  private let keep: (Recording) -> Void
  private var recording = Recording(request: [], datagrams: [])

  /// A transport over `base` that hands over the recording so far after each datagram.
  public init(_ base: consuming Base, keep: @escaping (Recording) -> Void) {
    self.base = base
    self.keep = keep
  }

  /// The port id of the transport beneath.
  public var portID: UInt32 { base.portID }

  /// Sends and keeps one request, and forgets what was kept before.
  public mutating func send(_ request: [UInt8], operation: String) throws(NetlinkError) {
    recording = Recording(request: request, datagrams: [])
    try base.send(request, operation: operation)
  }

  /// Receives and keeps one datagram.
  public mutating func receive(
    into buffer: inout ReceiveBuffer, operation: String
  ) throws(NetlinkError) {
    try base.receive(into: &buffer, operation: operation)
    let view = buffer.bytes()
    recording.datagrams.append(
      (0..<view.byteCount).map { view.load(fromByteOffset: $0, as: UInt8.self) })
    keep(recording)
  }
}
