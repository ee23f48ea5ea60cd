internal import Pools

/// One namespace of a survey: its document, and what is wrong in it where that was asked for.
struct CountedNamespace: Sendable {
  var snapshot: Snapshot
  var diagnosis: Diagnosis?
}
