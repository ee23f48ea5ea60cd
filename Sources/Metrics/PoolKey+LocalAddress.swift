public import Inet
public import Pools

extension PoolKey {
  /// The local address whose binds draw from the pool; nil for all other pools.
  public var localAddress: IPAddress? {
    switch self {
    case .bind(.address(let address)), .udpBind(.address(let address)): address
    default: nil
    }
  }
}
