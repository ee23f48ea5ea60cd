internal import Frames
internal import Inet
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
  ///
  /// A cause that belongs to a state begins with its name, but where the text before it `names` that state.
  static func cause(_ frame: Frame, naming named: SocketState? = nil) -> String? {
    func words(_ text: String, _ state: SocketState) -> String {
      state == named ? text : "\(state.name.uppercased()): \(text)"
    }
    for record in frame.findings {
      guard let finding = record.finding(in: frame), finding.severity > .info else { continue }
      if let pool = finding.pool, pool != frame.decisive?.key { continue }
      switch finding.id {
      case .timeWait: return words("this side closes first", .timeWait)
      case .closeWait: return words("our program does not close", .closeWait)
      case .synSent: return words("nobody answers", .synSent)
      case .finWait2: return words("the peer never closes", .finWait2)
      case .closing:
        let isNamed = named == .finWait1 || named == .closing || named == .lastAck
        return isNamed ? "the peer is gone" : "closing: the peer is gone"
      case .established: return words("they live", .established)
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
