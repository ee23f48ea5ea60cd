internal import Frames
internal import Gzip
internal import Kernel
internal import Metrics
internal import NIOCore
internal import Rendering
internal import Synchronization

/// What all requests are answered from: the newest frame of each ring, and the metrics of all frames so far.
///
/// One thread publishes, any number reads; nobody waits for a ring or for the kernel. Who asks for metrics all
/// the time does not wait for their being written either: the thread that publishes has done it before.
final class Feed: Sendable {
  /// A form in which metrics are asked for.
  struct MetricsForm: Hashable {
    var format: ExpositionFormat
    var isCompressed: Bool
  }

  /// What metrics are written of. Held for as long as that takes.
  private struct Source {
    var register: MetricRegister
    /// Which namespaces' rings are written.
    var collected: [String: CollectionState] = [:]
    var ended = EndedRings()
    /// Whether there are namespaces that are not told of, and that was said.
    var saidUntold = false
    var scratch: [UInt8] = []
  }

  /// What answers are taken from. Held for a moment alone.
  private struct State {
    var rings: [RingFollower.Ring] = []
    var metrics: [MetricsForm: WrittenMetrics] = [:]
  }

  /// Held before `state`, where both are.
  private let source: Mutex<Source>
  private let state = Mutex(State())

  init(limits: MetricLimits, version: String) {
    source = Mutex(Source(register: MetricRegister(limits: limits, version: version)))
  }

  /// Takes what a look found. Returns the namespaces that metrics do not tell of, where that is new.
  @discardableResult
  func publish(
    _ look: RingFollower.Look, now: UInt64 = Clock.realtimeNanoseconds()
  ) -> [String] {
    source.withLock { source in
      let isNews = Self.take(look, into: &source, now)
      let (known, isOther) = state.withLock { state in
        (state.metrics, state.rings.map(\.path) != look.rings.map(\.path))
      }
      var renewed: [MetricsForm: WrittenMetrics] = [:]
      for (form, metrics) in known {
        let isOutdated = isNews || isOther
        if !isOutdated, !metrics.isDue(at: now) {
          renewed[form] = metrics
        } else if metrics.isFrequent(at: now) {
          renewed[form] = metrics.replaced(by: Self.write(form, &source, now), at: now)
        }
      }
      state.withLock { state in
        state.rings = look.rings
        // Who asked meanwhile is remembered; what is outdated and not asked for all the time is gone.
        for (form, metrics) in renewed {
          renewed[form]?.noteAsked(likeThatOf: state.metrics[form] ?? metrics)
        }
        state.metrics = renewed
      }
      let untold = source.register.untold
      defer { source.saidUntold = !untold.isEmpty }
      return source.saidUntold ? [] : untold
    }
  }

  /// The ring of the namespace called so; without a name the host's, or the first in which people look for
  /// trouble.
  func ring(of namespace: String?) -> RingFollower.Ring? {
    let rings = self.rings
    if let namespace { return rings.first { $0.writer.namespace == namespace } }
    if let host = rings.first(where: { $0.writer.namespace == "host" }) { return host }
    let first = summaries(now: Clock.realtimeNanoseconds()).first?.path
    return rings.first { $0.path == first }
  }

  /// All rings.
  var rings: [RingFollower.Ring] { state.withLock { $0.rings } }

  /// All rings as a list of them has them.
  func summaries(now: UInt64) -> [RingSummary] {
    RingSummary.ordered(
      rings.map {
        RingSummary(path: $0.path, $0.writer, newest: $0.newest, atNanoseconds: now)
      })
  }

  /// What stays true of the metrics when nobody looks any more, as text.
  func lastMetrics(now: UInt64 = Clock.realtimeNanoseconds()) -> [UInt8] {
    var register = source.withLock { $0.register }
    register.noteAll(.lost)
    var bytes: [UInt8] = []
    register.write(.text, now: now, into: &bytes)
    return bytes
  }

  /// The metrics as of now. Written once for each form and look; what a second scraper gets is the same.
  func metrics(_ form: MetricsForm, now: UInt64 = Clock.realtimeNanoseconds()) -> ByteBuffer {
    if let body = state.withLock({ $0.metrics[form]?.asked(at: now) }) { return body }
    return source.withLock { source in
      let body = Self.write(form, &source, now)
      return state.withLock { state in
        let known = state.metrics[form] ?? WrittenMetrics(body, at: now)
        state.metrics[form] = known.replaced(by: body, at: now)
        return state.metrics[form]?.asked(at: now) ?? body
      }
    }
  }

  /// Notes what a look found; returns whether it changes what metrics say.
  private static func take(
    _ look: RingFollower.Look, into source: inout Source, _ now: UInt64
  ) -> Bool {
    for namespace in look.gone { source.register.remove(namespace: namespace) }
    for (ring, frames) in look.frames {
      let pastCount = look.pastCounts[ring.path] ?? 0
      for (index, frame) in frames.enumerated() {
        source.register.observe(frame, of: ring.writer.namespace, isPast: index < pastCount)
      }
    }
    let before = source.collected
    source.collected = source.ended.states(of: look, now: now)
    for (namespace, state) in source.collected.sorted(by: { $0.key < $1.key }) {
      source.register.note(state, of: namespace)
    }
    return !look.gone.isEmpty || !look.frames.isEmpty || source.collected != before
  }

  private static func write(
    _ form: MetricsForm, _ source: inout Source, _ now: UInt64
  ) -> ByteBuffer {
    var bytes = source.scratch
    source.scratch = []
    source.register.write(form.format, now: now, into: &bytes)
    let body = ByteBuffer(bytes: form.isCompressed ? Gzip.compressed(bytes) ?? [] : bytes)
    source.scratch = bytes
    return body
  }
}
