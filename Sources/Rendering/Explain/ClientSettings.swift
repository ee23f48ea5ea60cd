/// The settings that matter, client by client: what keeps connections, what gives them more addresses.
enum ClientSettings {
  /// A client's name and its setting.
  struct Setting {
    let client: String
    let keepAlive: String
    let source: String
  }

  static let all = [
    Setting(
      client: "nginx",
      keepAlive: "keepalive 64; proxy_http_version 1.1; proxy_set_header Connection \"\";",
      source: "proxy_bind $address (by split_clients)"),
    Setting(
      client: "HAProxy", keepAlive: "http-reuse safe (or always), pool-max-conn",
      source: "source ADDRESS on some of the servers"),
    Setting(
      client: "Envoy",
      keepAlive: "http_protocol_options: idle_timeout up, no max_requests_per_connection",
      source: "upstream_bind_config: extra_source_addresses"),
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
