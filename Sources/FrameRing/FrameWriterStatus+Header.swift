public import Frames
internal import Kernel
public import Ring

extension FrameWriterStatus {
  /// What a ring's header says, as of now; moments and intervals that nobody has are bounded. A file that
  /// was named and is of another boot is an archive.
  public init(_ header: RingHeader, isNamed: Bool) {
    let identity = header.identity
    func moment(_ nanoseconds: UInt64) -> UInt64 { min(nanoseconds, FrameLayout.momentMax) }
    let running = try? BootID.current()
    self.init(
      host: identity.hostName, namespace: identity.namespaceName, boot: identity.bootID,
      processID: identity.writerPID,
      startedAtNanoseconds: moment(identity.writerStartRealtimeNanoseconds),
      heartbeatNanoseconds: moment(header.heartbeatRealtimeNanoseconds),
      intervalNanoseconds: min(identity.intervalNanoseconds, Self.intervalMax),
      isClosed: header.isClosedCleanly,
      isArchive: header.geometry.isRecording
        || isNamed && !header.isMirror && running.map { $0 != identity.bootID } ?? false)
    isRecording = header.geometry.isRecording
    heartbeatMonotonicNanoseconds = moment(header.heartbeatMonotonicNanoseconds)
    // Of a mirror the heartbeat is of our clocks, and the boot of the host that it is of.
    lookedAt =
      header.isMirror
      ? nil
      : running.map {
        LookMoment(boot: $0, monotonicNanoseconds: Clock.monotonicNanoseconds())
      }
  }

  /// A day: the longest interval that is believed.
  private static var intervalMax: UInt64 { 86_400_000_000_000 }
}
