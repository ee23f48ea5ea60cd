internal import Inet
internal import Pools

/// What an advice is worth on this host, and what it may cost.
extension AdviceWords {
  static func effect(_ advice: FindingAdvice) -> String {
    let ports = advice.gainedPorts.map { count($0, "port") }
    let rates = rate(advice)
    switch advice.step {
    case .reuseTimeWait:
      return
        "frees \(ports ?? "no port"), each \(FindingWords.rate(advice.heldSecondsAfter)) s after "
        + "it was closed; then up to \(FindingWords.rate(advice.sustainableAfter)) connects/s"
    case .useTimestamps: return "works for connections that are made from then on"
    case .widenRange, .unreserve:
      return ["\(ports ?? "no port") more", rates].compactMap { $0 }.joined(separator: ": ")
    case .addSource:
      return ["as many ports again (\(ports ?? "none"))", rates].compactMap { $0 }
        .joined(separator: ": ")
    case .keepAlive: return "ends the need: a connection that stays open needs no new port"
    case .closeLeak: return "gives \(ports ?? "no port") back, and the next ones"
    case .lowerSynRetries, .lowerFinTimeout:
      guard let before = advice.heldSecondsBefore, let after = advice.heldSecondsAfter else {
        return "ports come back sooner"
      }
      return "a port comes back after \(FindingWords.rate(after)) s, not "
        + "\(FindingWords.rate(before)) s"
    case .removeBackend: return "gives \(ports ?? "the ports") back when the attempts end"
    case .lowerOrphanRetries: return "orphans give up after 3 tries"
    case .boundPeer: return "gives \(ports ?? "the ports") back"
    case .bindLate:
      return "gives \(ports ?? "each port") back to every destination; each then takes ports of "
        + "its own pool"
    case .reserve: return "no connect takes them while a service restarts; costs no port"
    case .moveListeners: return "gives \(ports ?? "the ports") back to connects"
    case .evenRange: return "every port is found"
    case .raiseTimeWaitBuckets(let limit):
      return "room for \(Decimal.grouped(limit)) sockets in TIME_WAIT"
    case .closeUDP: return "gives up to \(ports ?? "no port") back at once"
    case .spreadUDP: return "as many ports again for each address"
    case .raiseConntrack(let limit): return "room for \(Decimal.grouped(limit)) connections"
    case .bypassConntrack: return "ends the need of an entry for each connection"
    case .raiseTCPMemory(_, _, let limit): return "room for \(Decimal.grouped(limit)) pages"
    case .raiseFileMaximum(let limit): return "room for \(Decimal.grouped(limit)) open files"
    case .raiseOrphans(let limit): return "room for \(Decimal.grouped(limit)) orphans"
    case .raiseNeighbours(_, let limit): return "room for \(Decimal.grouped(limit)) neighbours"
    }
  }

  private static func count(_ number: Int, _ unit: String) -> String {
    "\(Decimal.grouped(number)) \(unit)\(number == 1 ? "" : "s")"
  }

  private static func rate(_ advice: FindingAdvice) -> String? {
    guard let before = advice.sustainableBefore, let after = advice.sustainableAfter else {
      return nil
    }
    return "\(FindingWords.rate(after)) connects/s instead of \(FindingWords.rate(before))"
  }

  static func risk(_ step: FindingAdvice.Step) -> String {
    switch step {
    case .reuseTimeWait:
      "none with timestamps, which are on: the kernel takes over only what had them"
    case .useTimestamps: "12 bytes more in each packet"
    case .widenRange(let proposal):
      proposal.reserved == nil
        ? "a service that starts later may find its port taken: reserve it first"
        : "services that do not listen now may find their port taken: reserve theirs too"
    case .addSource: "firewalls and allow-lists must know the new address"
    case .keepAlive: "idle connections cost the backend memory; it may close them at any time"
    case .closeLeak: "a restart ends the program's connections"
    case .lowerSynRetries: "slow or lossy ways may need longer"
    case .removeBackend: "the others get its share"
    case .lowerFinTimeout: "slow peers are answered with a reset"
    case .lowerOrphanRetries: "data of closed connections on lossy ways may be lost"
    case .boundPeer: "a reset may lose what is on its way"
    case .bindLate: "a change of the program; needs Linux 4.2"
    case .reserve: "none: bind() to a reserved port is still allowed"
    case .moveListeners: "their clients must know"
    case .unreserve: "a service may find its port taken"
    case .evenRange: "none"
    case .raiseTimeWaitBuckets: "some 250 bytes of memory for each"
    case .closeUDP: "a change of the program"
    case .spreadUDP: "a change of the program; answers come to that address"
    case .raiseConntrack: "some 320 bytes of memory for each; raise nf_conntrack_buckets too"
    case .bypassConntrack: "rules that look at the state of connections do not see these"
    case .raiseTCPMemory: "less memory for everything else"
    case .raiseFileMaximum: "none; limits of processes (ulimit -n) stay"
    case .raiseOrphans: "up to 64 KiB of memory for each, which cannot be swapped"
    case .raiseNeighbours: "some 500 bytes of memory for each"
    }
  }
}
