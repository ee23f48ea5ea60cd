internal import Pools

/// The settings that matter, client by client: what keeps connections, what gives them more addresses.
enum ClientSettings {
  /// A client's name and its setting.
  struct Setting {
    let client: String
    let keepAlive: String
    let source: String
    /// Whether it is a program whose units have its name, and no runtime.
    var isServer = false
  }

  static let all = [
    Setting(
      client: "nginx",
      keepAlive: "keepalive 64; proxy_http_version 1.1; proxy_set_header Connection \"\";",
      source: "proxy_bind $address (by split_clients)", isServer: true),
    Setting(
      client: "HAProxy", keepAlive: "http-reuse safe (or always), pool-max-conn",
      source: "source ADDRESS on some of the servers", isServer: true),
    Setting(
      client: "Envoy",
      keepAlive: "http_protocol_options: idle_timeout up, no max_requests_per_connection",
      source: "upstream_bind_config: extra_source_addresses", isServer: true),
    Setting(
      client: "Go",
      keepAlive: "Transport.MaxIdleConnsPerHost up (2 by default); read each Body to its end",
      source: "net.Dialer.LocalAddr (with IP_BIND_ADDRESS_NO_PORT)"),
    Setting(
      client: "Java",
      keepAlive: "one HttpClient for all; Apache: setMaxConnPerRoute up; RestTemplate with a pool",
      source: "HttpClient.Builder.localAddress"),
  ]
}

extension ClientSettings {
  /// The settings of the client that holds most of a pool, by its name; of all where that says nothing, or may not be
  /// told.
  static func of(_ owners: [PoolOwner]?, _ names: Names) -> [Setting] {
    guard !names.isRedacted, let name = owners.flatMap({ PoolOwner.named($0).first?.name }) else {
      return all
    }
    // Runtimes are in no unit's name: "go" and "java" would be found in words.
    let known = all.filter { $0.isServer && name.lowercased().contains($0.client.lowercased()) }
    return known.count == 1 ? known : all
  }
}

/// What is advised everywhere and hurts.
enum NeverAdvice {
  static let all: [(id: String, text: String)] = [
    (
      "tcp_tw_recycle",
      "tcp_tw_recycle: broke clients behind NAT, and is gone since Linux 4.12"
    ),
    (
      "kill_time_wait",
      "killing TIME_WAIT sockets (ss -K): late packets of the old connection reach the new one; "
        + "tcp_tw_reuse gives the same ports back safely"
    ),
    (
      "linger_0",
      "SO_LINGER 0: close() then sends a reset, and what the peer has not read is lost"
    ),
  ]
}
