internal import Inet

/// A destination to which nobody on this host has a connection.
///
/// 127.0.0.0/8 is routed wherever the loopback interface is up. Of its 16 million addresses a random
/// one, with a random port: that a socket or a TIME_WAIT has this very destination by chance is one in
/// 10^12 for each destination in use. So a connect() to it can fail for one reason alone: the port
/// itself.
enum UnusedDestination {
  /// A new one: 127.a.b.c, without the addresses that people use (127.0.x.x) and the broadcast ones.
  static func random() -> (address: IPAddress, port: UInt16) {
    let bits = 0x7f00_0000 | UInt32.random(in: 1...254) << 16 | UInt32.random(in: 1...254) << 8
    return (IPAddress(ipv4: bits | UInt32.random(in: 1...254)), UInt16.random(in: 1...65535))
  }
}
