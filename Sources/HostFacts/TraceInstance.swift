internal import Kernel

/// A trace buffer of our own: a directory under tracefs `instances/`, with one event switched on.
///
/// Nobody else's tracing is touched. It goes with this value; what a killed program left is removed by the
/// next one, since the kernel keeps an instance only as long as one of its files is open. Needs a tracefs that
/// may be written to (root's, as a rule), and neither perf events nor BPF. Making it takes some milliseconds.
/// Source: Documentation/trace/ftrace.rst, "Instances".
final class TraceInstance {
  /// One processor's part.
  private final class Buffer {
    var statistics: RereadFile
    var pipe: PipeFile

    init(_ directory: String) throws(SystemCallError) {
      statistics = try RereadFile("\(directory)/stats", limit: 4096)
      pipe = try PipeFile("\(directory)/trace_pipe_raw")
    }
  }

  private let directory: String
  private var buffers: [Buffer] = []

  /// Records tracepoint `event` ("sock/inet_sock_set_state") where `filter` holds, from now on.
  init(
    _ tracefs: borrowing Tracefs, event: String, filter: String
  ) throws(SystemCallError) {
    let parent = "\(tracefs.path)/instances"
    Self.sweep(parent)
    directory = try Self.add(to: parent)
    do throws(SystemCallError) {
      for name in try Directory.names(in: "\(directory)/per_cpu").sorted() {
        buffers.append(try Buffer("\(directory)/per_cpu/\(name)"))
      }
      try write("\(Self.bufferKiB)", to: "buffer_size_kb")
      try write("mono", to: "trace_clock")
      try write(filter, to: "events/\(event)/filter")
      try write("1", to: "events/\(event)/enable")
    } catch {
      remove()
      throw error
    }
  }

  deinit { remove() }

  /// Events since the beginning, and how many of those were lost because nobody read them in time. Exact,
  /// whatever was lost. One system call a processor.
  func count() -> (events: UInt64, lost: UInt64) {
    var events: UInt64 = 0, lost: UInt64 = 0
    for buffer in buffers {
      let found = try? buffer.statistics.read { TraceBufferStatistics($0) }
      events &+= found?.events ?? 0
      lost &+= found?.lost ?? 0
    }
    return (events, lost)
  }

  /// Hands out what was recorded since the last time, processor by processor, oldest first.
  func drain(_ body: (TraceBufferPage.Record) -> Void) {
    for buffer in buffers {
      // More than a full buffer came meanwhile: the next time.
      for _ in 0..<Self.pagesMax {
        let hasMore = try? buffer.pipe.next { bytes in
          var page = TraceBufferPage(bytes)
          while let record = page.next() { body(record) }
          return true
        }
        guard hasMore == true else { break }
      }
    }
  }

  private func write(_ text: String, to file: String) throws(SystemCallError) {
    try WrittenFile.replace("\(directory)/\(file)", with: Array(text.utf8))
  }

  private func remove() {
    // While a file of it is open it is busy.
    buffers = []
    try? Directory.remove(directory)
  }

  /// A directory of this process: it may have one already.
  private static func add(to parent: String) throws(SystemCallError) -> String {
    let path = "\(parent)/\(prefix)\(Credentials.processID)"
    for number in 1...instancesMax {
      let name = number == 1 ? path : "\(path)-\(number)"
      do throws(SystemCallError) {
        try Directory.add(name)
        return name
      } catch {
        guard error.errno == .exists, number < instancesMax else { throw error }
      }
    }
    return path
  }

  /// Those in use are busy, and stay.
  private static func sweep(_ parent: String) {
    for name in (try? Directory.subdirectories(of: parent)) ?? [] where name.hasPrefix(prefix) {
      try? Directory.remove("\(parent)/\(name)")
    }
  }

  private static var prefix: String { "ullage-" }
  /// A processor's: some 800 events between two readings.
  private static var bufferKiB: Int { 64 }
  private static var pagesMax: Int { 64 }
  /// Of one process at a time.
  private static var instancesMax: Int { 16 }
}

/// What `per_cpu/cpuN/stats` says of a buffer since it was made.
///
///     entries: 85                overrun: 2915           commit overrun: 0
///     dropped events: 0          read events: 0          (a line each; others between them)
///
/// Source: kernel/trace/trace.c, tracing_stats_read().
struct TraceBufferStatistics: Equatable {
  /// Events that came.
  let events: UInt64
  /// Of those, overwritten or refused.
  let lost: UInt64

  /// Nil when a number is missing, or is none.
  init?(_ bytes: Span<UInt8>) {
    var words = KernelWords(bytes)
    var entries: UInt64?, overrun: UInt64?, dropped: UInt64?, read: UInt64?
    while words.nextLine() {
      if words.skip("entries:") {
        entries = words.nextNumber()
      } else if words.skip("overrun:") {
        overrun = words.nextNumber()
      } else if words.skip("dropped"), words.skip("events:") {
        dropped = words.nextNumber()
      } else if words.skip("read"), words.skip("events:") {
        read = words.nextNumber()
      }
    }
    guard let entries, let overrun, let dropped, let read else { return nil }
    lost = overrun &+ dropped
    events = entries &+ read &+ lost
  }
}
