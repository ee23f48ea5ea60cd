public import FrameRing
internal import Frames
internal import Ring

/// The document `ullage.ring/1`: what a ring file is.
public enum RingDocument {
  /// The document of `inspection`, one line, with the age of things at `now`.
  public static func json(
    _ inspection: RingInspection, names: Names = Names(), atNanoseconds now: UInt64
  ) -> [UInt8] {
    let header = inspection.header, identity = header.identity
    var names = names
    let namespace = names.namespace(identity.namespaceName)
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", "ullage.ring/1")
      writer.member("path", names.freeText(inspection.path))
      writer.member("layout_version", RingLayout.version)
      writer.member("bytes", inspection.byteCount)
      writer.member("host", names.host(identity.hostName))
      writer.member("boot_id", "\(identity.bootID)")
      writer.object("namespace") { writer in
        writer.member("name", namespace)
        writer.member("inode", identity.namespaceInode)
        writer.member("cookie", identity.namespaceCookie == 0 ? nil : identity.namespaceCookie)
      }
      writer.object("writer") { writer in
        writer.member("pid", identity.writerPID)
        writer.member(
          "started_at", Timestamp.rfc3339(nanoseconds: identity.writerStartRealtimeNanoseconds))
        writer.member("interval_ns", identity.intervalNanoseconds)
        let heartbeat = header.heartbeatRealtimeNanoseconds
        writer.member(
          "heartbeat_at", heartbeat == 0 ? nil : Timestamp.rfc3339(nanoseconds: heartbeat))
        writer.member(
          "heartbeat_age_ns", heartbeat == 0 ? nil : now > heartbeat ? now - heartbeat : 0)
        writer.member("closed", header.isClosedCleanly)
      }
      writer.member("lost_slots", header.lostSlotCount)
      writer.array("tiers") { writer in
        for tier in inspection.tiers {
          writer.object { Self.tier(tier, isRecording: header.geometry.isRecording, &$0) }
        }
      }
      if let isSound = inspection.isSound {
        writer.member("sound", isSound)
      } else {
        writer.null("sound")
      }
    }
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  private static func tier(
    _ tier: RingInspection.Tier, isRecording: Bool, _ writer: inout JSONWriter
  ) {
    writer.member("kind", RingPage.name(tier.kind))
    writer.member("step_ns", tier.stepNanoseconds)
    writer.member("slot_bytes", tier.slotByteCount)
    writer.member("slots", isRecording ? nil : tier.slotCount)
    writer.member("pools_per_frame", RingPage.poolCapacity(tier))
    writer.member("published", tier.publishedCount)
    writer.member("kept", tier.keptCount)
    writer.member("oldest_at", tier.oldestNanoseconds.map { Timestamp.rfc3339(nanoseconds: $0) })
    writer.member("newest_at", tier.newestNanoseconds.map { Timestamp.rfc3339(nanoseconds: $0) })
    guard let verification = tier.verification else { return writer.null("verification") }
    writer.object("verification") { writer in
      writer.member("published", verification.publishedCount)
      writer.member("never_written", verification.neverWrittenCount)
      writer.member("being_written", verification.beingWrittenCount)
      writer.member("torn", verification.tornCount)
      writer.member("corrupt", verification.corruptCount)
      writer.member("undecodable", tier.undecodableCount)
      writer.array("first_bad_slots") { writer in
        for number in verification.firstBadSlots { writer.integer(number) }
      }
    }
  }
}
