internal import Inet
internal import Pools

extension WordWriter {
  /// Five words: see `FrameLayout`, KEY.
  mutating func append(_ key: PoolKey) {
    var head = UInt64(key.code)
    var source = IPAddress.anyIPv6, destination = IPAddress.anyIPv6
    switch key {
    case .connect(let from, let to, let port, let interface):
      head |= UInt64(port) << 16 | UInt64(interface) << 32
      source = from
      destination = to
    case .bind(let local), .udpBind(let local):
      switch local {
      case .address(let address): source = address
      case .anyIPv4: head |= 1 << 8
      case .any: head |= 2 << 8
      }
    case .udp(let family): head |= (family == .ipv4 ? 0 : 1) << 8
    }
    append(head)
    append(source.high)
    append(source.low)
    append(destination.high)
    append(destination.low)
  }
}

extension WordReader {
  mutating func key() throws(FrameError) -> PoolKey {
    let head = try next()
    let source = IPAddress(high: try next(), low: try next())
    let destination = IPAddress(high: try next(), low: try next())
    switch (head.byte(0), head.byte(1)) {
    case (0, _):
      return .connect(
        source: source, destination: destination, port: head.quarter(1),
        interface: UInt32(head >> 32))
    case (1, let local): return .bind(try Self.local(local, source))
    case (2, 0): return .udp(.ipv4)
    case (2, 1): return .udp(.ipv6)
    case (3, let local): return .udpBind(try Self.local(local, source))
    default: throw .value(field: "pool kind", found: head)
    }
  }

  private static func local(_ code: UInt8, _ address: IPAddress) throws(FrameError) -> BindLocal {
    switch code {
    case 0: return .address(address)
    case 1: return .anyIPv4
    case 2: return .any
    default: throw .value(field: "local address kind", found: UInt64(code))
    }
  }
}

extension PoolKey {
  /// The kind's number in the layout.
  fileprivate var code: UInt8 {
    switch self {
    case .connect: 0
    case .bind: 1
    case .udp: 2
    case .udpBind: 3
    }
  }
}

extension VerdictLevel {
  /// The level's number in the layout: its place among all, from harmless to bad.
  var code: UInt8 {
    switch self {
    case .ok: 0
    case .cliff: 1
    case .warning: 2
    case .critical: 3
    case .exhausted: 4
    }
  }

  /// The level with this number.
  init(code: UInt8) throws(FrameError) {
    guard Int(code) < Self.allCases.count else {
      throw .value(field: "verdict", found: UInt64(code))
    }
    self = Self.allCases[Int(code)]
  }
}
