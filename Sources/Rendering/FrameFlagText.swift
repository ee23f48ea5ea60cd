internal import Frames

/// The flags of frames in documents: an id that never changes, and a sentence.
enum FrameFlagText {
  /// What `flags` say, in the order of their bits.
  static func entries(_ flags: FrameFlags) -> [(id: String, text: String)] {
    all.filter { flags.contains($0.flag) }.map { ($0.id, $0.text) }
  }

  /// That the numbers come from memory, and how old the newest are.
  static let fromRing = (
    id: "from_ring", text: "the numbers are frames of a collector's ring, not counted just now"
  )

  private static let all: [(flag: FrameFlags, id: String, text: String)] = [
    (.udpUnavailable, "udp_unavailable", "UDP sockets could not be read"),
    (
      .boundInactiveUnavailable, "bound_inactive_unavailable",
      "bound-inactive sockets could not be read"
    ),
    (
      .reservedUnavailable, "reserved_unavailable",
      "reserved ports could not be read and are taken for none"
    ),
    (.failuresUnavailable, "failures_unavailable", "failed connects are not counted"),
    (.ownersUnavailable, "owners_not_collected", "owners are not collected"),
    (.dumpInterrupted, "dump_interrupted", "the table changed while the kernel walked it"),
    (
      .limitsMet, "limits_met",
      "more pools than are remembered: the largest were counted exactly in a second pass"
    ),
    (.budgetSpent, "budget_spent", "the CPU budget was spent: a count that was due was left out"),
    (.sampleFailed, "sample_failed", "a sample failed: some numbers are those of the one before"),
    (.collectorStarted, "collector_started", "the collector started in this time"),
    (
      .guardUnavailable, "guard_unavailable",
      "the kernel's counters could not be read: bounds are not known"
    ),
    (.findingsUnavailable, "findings_not_collected", "findings are not collected"),
    (.notCounted, "not_counted", "nothing was counted yet: there is no verdict"),
    (
      .failuresOfNamespace, "failures_of_namespace",
      "failed connects are those of this namespace, counted when their sockets are closed"
    ),
    (
      .failuresLowerBound, "failures_lower_bound",
      "more connects may have failed than were counted"
    ),
    (
      .brief, "brief",
      "a recording's frame: owners, findings, alarms and more pools are in its coarser frames"
    ),
  ]
}

extension JSONWriter {
  /// `flags`, an array of {id, text}.
  mutating func flags(_ entries: [(id: String, text: String)]) {
    array("flags") { json in
      for entry in entries {
        json.object { json in
          json.member("id", entry.id)
          json.member("text", entry.text)
        }
      }
    }
  }

  /// A number with at most `places` decimal places, or null.
  mutating func member(_ key: String, optional number: Double?, places: Int) {
    if let number, number.isFinite { member(key, number, places: places) } else { null(key) }
  }
}
