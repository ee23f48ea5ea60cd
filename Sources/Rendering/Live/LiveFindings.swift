internal import Frames
internal import Pools

/// What a frame found, in words: of one pool, and of the whole namespace.
enum LiveFindings {
  /// The findings about the pool, then those that concern every pool, one text each. What a newer program
  /// found is told by its number.
  static func texts(
    of key: PoolKey, in frame: Frame, _ names: inout Names
  ) -> [(text: String, tone: Tone)] {
    var own: [(String, Tone)] = [], common: [(String, Tone)] = []
    for record in frame.findings {
      guard let finding = record.finding(in: frame) else {
        common.append(("finding \(record.id), of a newer version", .dim))
        continue
      }
      let words = FindingWords(finding, &names)
      let tone = ExplainPage.tone(finding.severity)
      if finding.pool == key {
        own.append((words.why, tone))
      } else if finding.pool == nil, record.place == nil {
        common.append(("\(words.title): \(words.why)", finding.severity == .info ? .dim : tone))
      }
    }
    return own + common
  }

  /// Why the worst pool is as it is, in a few words; nil when nothing says so.
  static func cause(_ frame: Frame) -> String? {
    for record in frame.findings {
      guard let finding = record.finding(in: frame), finding.severity > .info else { continue }
      if let pool = finding.pool, pool != frame.decisive?.key { continue }
      switch finding.id {
      case .timeWait: return "this side closes first"
      case .closeWait: return "our program does not close"
      case .synSent: return "nobody answers"
      case .finWait2: return "the peer never closes"
      case .closing: return "the peer is gone"
      case .established: return "they live"
      case .bindBeforeConnect: return "bound before connect"
      case .listenerInRange: return "listeners in the range"
      case .reservedPorts: return "ports are reserved"
      case .udpHeld: return "sockets stay open"
      case .conntrackFull: return "not ports: conntrack"
      case .tcpMemory: return "not ports: tcp_mem"
      case .descriptors: return "not ports: descriptors"
      case .orphans: return "not ports: orphans"
      case .neighbours: return "not ports: neighbours"
      case .timeWaitOverflow: return "TIME_WAIT overflows"
      case .oddRange, .narrowRange, .bindHeld: continue
      }
    }
    return nil
  }
}
