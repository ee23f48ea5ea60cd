import Testing

/// Failed connects of the real kernel, one test after the other: counters of the whole host see them all, and
/// a storm of one test takes the room of another's samples.
@Suite(.serialized) enum FailureTests {}
