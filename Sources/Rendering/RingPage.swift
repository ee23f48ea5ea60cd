public import FrameRing
internal import Frames
internal import Ring

/// A ring file for people: who writes it, what it holds, whether it is sound.
public enum RingPage {
  /// The page of `inspection`, with the age of things at `now`.
  public static func text(
    _ inspection: RingInspection, style: Style, names: Names = Names(), atNanoseconds now: UInt64
  ) -> [UInt8] {
    var names = names
    let header = inspection.header, identity = header.identity
    let host = names.host(identity.hostName), namespace = names.namespace(identity.namespaceName)
    var lines = [state(inspection, names.freeText(inspection.path), style, now), ""]
    let heartbeat = header.heartbeatRealtimeNanoseconds
    let age =
      heartbeat == 0 || heartbeat > now
      ? "" : ", alive \(Decimal.duration(nanoseconds: now - heartbeat)) ago"
    lines += [
      "host       \(host) · \(namespace) namespace",
      "writer     pid \(identity.writerPID), since "
        + "\(Timestamp.rfc3339(nanoseconds: identity.writerStartRealtimeNanoseconds))\(age)",
      "interval   \(Decimal.duration(nanoseconds: identity.intervalNanoseconds))",
      "boot       \(identity.bootID)",
      "file       \(Decimal.grouped(inspection.byteCount)) bytes, layout version "
        + "\(RingLayout.version), \(Decimal.grouped(header.lostSlotCount)) slots lost to killed writers",
      "",
    ].map { style.isUnicode ? $0 : $0.replacing("·", with: "-") }
    lines += tiers(inspection, style)
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  private static func state(
    _ inspection: RingInspection, _ path: String, _ style: Style, _ now: UInt64
  ) -> String {
    switch inspection.isSound {
    case true?: return style.paint("SOUND", .good) + "  every slot of \(path) is as it should be"
    case false?: return style.paint("DAMAGED", .bad) + "  \(path) has slots that readers leave out"
    case nil:
      let header = inspection.header
      if header.isClosedCleanly {
        return style.paint("CLOSED", .bold) + "  \(path): nobody writes it"
      }
      let age = Int64(clamping: now) &- Int64(clamping: header.heartbeatRealtimeNanoseconds)
      let limit = max(3 &* Int64(clamping: header.identity.intervalNanoseconds), 2_000_000_000)
      return age > limit
        ? style.paint("STALE", .bad) + "  \(path): no sign of life from its writer"
        : style.paint("LIVE", .good) + "  \(path)"
    }
  }

  private static func tiers(_ inspection: RingInspection, _ style: Style) -> [String] {
    let isRecording = inspection.header.geometry.isRecording
    let isVerified = inspection.isSound != nil
    var columns: [TextTable.Column] = [
      .init(title: "TIER"), .init(title: "SLOTS", alignsRight: true),
      .init(title: "BYTES", alignsRight: true), .init(title: "POOLS", alignsRight: true),
      .init(title: "KEPT", alignsRight: true), .init(title: "REACHES BACK", alignsRight: true),
    ]
    if isVerified { columns.append(.init(title: "BAD", alignsRight: true)) }
    var table = TextTable(columns)
    for tier in inspection.tiers {
      let reach = tier.oldestNanoseconds.flatMap { oldest in
        tier.newestNanoseconds.map { $0 > oldest ? $0 - oldest : 0 }
      }
      var bad: String?
      if let verification = tier.verification, let undecodable = tier.undecodableCount {
        bad = "\(verification.tornCount + verification.corruptCount + undecodable)"
      }
      let name =
        tier.kind == .frames
        ? tier.stepNanoseconds == 0
          ? "raw frames" : "frames of \(step(tier.stepNanoseconds))"
        : name(tier.kind)
      var cells = [
        name, isRecording ? "grows" : Decimal.grouped(tier.slotCount),
        Decimal.grouped(tier.slotByteCount), poolCapacity(tier).map { "\($0)" } ?? "",
        Decimal.grouped(tier.keptCount),
        reach.map { Decimal.duration(nanoseconds: $0) } ?? "nothing yet",
      ]
      if let bad { cells.append(bad) }
      table.append(cells.map { ($0, .plain) })
    }
    return table.lines(style)
  }

  private static func step(_ nanoseconds: UInt64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    return seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds) s"
  }

  static func name(_ kind: RingTier.Kind) -> String {
    switch kind {
    case .frames: "frames"
    case .events: "events"
    case FrameRingShape.alarmState: "alarm memory"
    default: "kind \(kind.rawValue)"
    }
  }

  /// The pools that a frame of the tier has room for; nil for what is no frame.
  static func poolCapacity(_ tier: RingInspection.Tier) -> Int? {
    let wordCount = tier.slotByteCount / 8 - RingLayout.slotHeaderWordCount
    // Slots of another program's frames may be of any length.
    guard tier.kind == .frames, wordCount >= FrameCapacity.briefWordCountMin else { return nil }
    return FrameCapacity(wordCount: wordCount).pools
  }
}
