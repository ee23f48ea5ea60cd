public import Frames
internal import Inet

/// What to do about an alarm, in one sentence.
public enum AlarmAdvice {
  /// The advice for an alarm on `subject`, by the states that ports are in where `frame` tells.
  public static func sentence(
    _ subject: AlarmRule.Subject, _ record: AlarmRecord, _ frame: Frame?
  ) -> String {
    switch subject {
    case .timeWaitOverflow:
      return "Raise net.ipv4.tcp_max_tw_buckets, or keep connections open for longer."
    case .stale: return "Look at the collector's log: `journalctl -u ullage`."
    case .failures:
      // The states of this namespace say nothing of another one's ports.
      if let frame, frame.failuresHere ?? 0 > 0, frame.failuresKnownHere == 0 {
        return
          "Whose they were is not known: `sudo ullage --netns all` shows which namespace is full."
      }
    case .host, .address, .pool, .forecast: break
    }
    switch dominant(record, frame) {
    case .timeWait:
      return "Most ports wait in TIME_WAIT: keep connections open and reuse them, "
        + "or spread them over more addresses."
    case .closeWait:
      return
        "Most ports are in CLOSE_WAIT: a program here does not close what its peers have closed."
    case .synSent: return "Most ports are in SYN_SENT: the destination does not answer."
    case .finWait2: return "Most ports are in FIN_WAIT2: the peers do not close their side."
    default:
      return "Reuse connections, spread them over more addresses, "
        + "or widen net.ipv4.ip_local_port_range."
    }
  }

  /// The state that more than half of the pool's ports, or of the namespace's sockets, are in.
  private static func dominant(_ record: AlarmRecord, _ frame: Frame?) -> SocketState? {
    guard let frame else { return nil }
    let candidates: [(SocketState, HostGauge)] = [
      (.timeWait, .timeWait), (.closeWait, .closeWait), (.synSent, .synSent),
      (.finWait2, .finWait2),
    ]
    if case .pool(let key) = record.subject,
      let states = frame.pools.first(where: { $0.key == key })?.states
    {
      return candidates.first { states[$0.0] * 2 > states.total }?.0
    }
    guard let total = frame.gauges[.tcpSockets]?.last else { return nil }
    return candidates.first { UInt64(frame.gauges[$0.1]?.last ?? 0) * 2 > UInt64(total) }?.0
  }
}
