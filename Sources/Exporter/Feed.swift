internal import Frames
internal import Gzip
internal import Kernel
internal import Metrics
internal import NIOCore
internal import Rendering
internal import Synchronization

/// What all requests are answered from: the newest frame of each ring, and the metrics of all frames so far.
///
/// One thread publishes, any number reads; nobody waits for a ring or for the kernel.
final class Feed: Sendable {
  private struct State {
    var rings: [RingFollower.Ring] = []
    var register: MetricRegister
    /// Counts what was published.
    var generation: UInt64 = 0
    var metrics: [MetricsForm: WrittenMetrics] = [:]
    var scratch: [UInt8] = []
  }

  /// A form in which metrics are asked for.
  struct MetricsForm: Hashable {
    var format: ExpositionFormat
    var isCompressed: Bool
  }

  /// Metrics that were written once, and what they were written of.
  private struct WrittenMetrics {
    let body: ByteBuffer
    let generation: UInt64
    let atNanoseconds: UInt64
  }

  private let state: Mutex<State>

  init(limits: MetricLimits, version: String) {
    state = Mutex(State(register: MetricRegister(limits: limits, version: version)))
  }

  /// Takes what a look found.
  func publish(_ look: RingFollower.Look, now: UInt64 = Clock.realtimeNanoseconds()) {
    state.withLock { state in
      for namespace in look.gone { state.register.remove(namespace: namespace) }
      for (ring, frames) in look.frames {
        for frame in frames { state.register.observe(frame, of: ring.writer.namespace) }
      }
      for ring in look.rings {
        state.register.note(
          isStale: ring.writer.isStale(atNanoseconds: now), of: ring.writer.namespace)
      }
      state.rings = look.rings
      state.generation &+= 1
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

  /// The metrics as of now. Written once for each form and look; what a second scraper gets is the same.
  func metrics(_ form: MetricsForm, now: UInt64 = Clock.realtimeNanoseconds()) -> ByteBuffer {
    state.withLock { state in
      if let written = state.metrics[form], written.generation == state.generation,
        now >= written.atNanoseconds, now - written.atNanoseconds < 1_000_000_000
      {
        return written.body
      }
      var bytes = state.scratch
      state.scratch = []
      state.register.write(form.format, now: now, into: &bytes)
      let body = ByteBuffer(bytes: form.isCompressed ? Gzip.compressed(bytes) ?? [] : bytes)
      state.scratch = bytes
      state.metrics[form] = WrittenMetrics(
        body: body, generation: state.generation, atNanoseconds: now)
      return body
    }
  }
}
