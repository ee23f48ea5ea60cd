public import Inet
internal import Netlink

/// What to ask the kernel for: a protocol, the states, and a filter.
public struct SocketQuery: Hashable, Sendable {
  /// TCP or UDP.
  public var transport: TransportProtocol
  /// The states to walk. Bound-inactive (bit 13) makes the kernel walk the bind hash of the whole
  /// host besides: ask for it alone and seldom.
  public var states: StateSet
  /// What the kernel should leave out; what it cannot decide still comes.
  public var filter: SocketFilter

  /// The query for sockets of `transport` in `states` that match `filter`.
  public init(_ transport: TransportProtocol, states: StateSet, filter: SocketFilter = .all) {
    self.transport = transport
    self.states = states
    self.filter = filter
  }

  /// "dump tcp sockets": how errors call it.
  public var operation: String { "dump \(transport.name) sockets" }

  /// The request for one walk: both families (legacy), or `family`.
  func request(_ form: RequestForm, family: AddressFamily, sequence: UInt32) -> Request {
    let familyNumber =
      family == .ipv4 ? InetDiagLayout.familyIPv4 : InetDiagLayout.familyIPv6
    let mask = states.intersection(filter.possibleStates)
    var payload: [UInt8] = []
    switch form {
    case .legacy:
      // struct inet_diag_req: family, src_len, dst_len, ext · sockid · states · dbs
      payload += [familyNumber, 0, 0, 0]
      payload += Array(repeating: 0, count: InetDiagLayout.sockidByteCount)
      payload.appendHostOrder(mask.rawValue)
      payload.appendHostOrder(UInt32(0))
    case .byFamily:
      // struct inet_diag_req_v2: family, protocol, ext, pad · states · sockid
      payload += [familyNumber, transport.rawValue, 0, 0]
      payload.appendHostOrder(mask.rawValue)
      payload += Array(repeating: 0, count: InetDiagLayout.sockidByteCount)
    }
    var request = Request(
      type: MessageType(rawValue: form == .legacy ? 18 : 20), flags: [.request, .dump],
      sequence: sequence, payload: payload)
    if form == .legacy, transport != .tcp {
      var number: [UInt8] = []
      number.appendHostOrder(UInt32(transport.rawValue))
      request.appendAttribute(InetDiagLayout.requestProtocol, number)
    }
    if let bytecode = Bytecode(filter) {
      request.appendAttribute(InetDiagLayout.requestBytecode, bytecode.bytes)
    }
    return request
  }
}
