/// How long connect() tries to reach somebody who does not answer, and so holds its port.
///
/// The kernel waits one second `linear` times and once more, then 2, 4, … up to 120 s; at the first of these
/// moments by which the same number of doubled waits without the linear ones would be over, it gives up. So 6
/// retries last 131 s where 4 are linear, and 2 retries 7 s, linear or not (measured on 6.18).
///
/// Source: net/ipv4/tcp_timer.c, tcp_write_timeout(), tcp_model_timeout().
enum SynTimeout {
  /// Seconds from the first SYN, for net.ipv4.tcp_syn_retries and tcp_syn_linear_timeouts.
  static func seconds(_ retries: Int, linear: Int?) -> Double {
    let linear = min(max(0, linear ?? 0), 127)
    let limit = (0...min(max(0, retries), 127)).reduce(0) { $0 + wait($1) }
    var seconds = 0, tries = 0
    while seconds < limit {
      seconds += wait(max(0, tries - linear))
      tries += 1
    }
    return Double(seconds)
  }

  private static func wait(_ doublings: Int) -> Int { doublings < 7 ? 1 << doublings : 120 }
}
