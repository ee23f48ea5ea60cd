internal import CKernel
import Glibc

/// The samples of a tracepoint on one processor: a ring that the kernel writes and we read.
///
///     page 0                          page 1 ... 2^n
///     ┌──────────────────────────────┬───────────────────────────────────┐
///     │ data_head, data_tail, ...    │ records, the last may wrap around  │
///     └──────────────────────────────┴───────────────────────────────────┘
///
/// What is there is copied and released at once, and parsed from the copy (`PerfRecords`), so that nothing
/// the kernel writes meanwhile can be seen half. Source: include/uapi/linux/perf_event.h.
@safe
struct PerfSampleRing: ~Copyable {
  let event: PerfEvent
  private let mapping: UnsafeMutableRawPointer
  private let byteCount: Int
  private let dataOffset: Int
  private let dataSize: Int
  private var tail: UInt64 = 0

  /// The least size of the ring, in bytes: about 290 samples of a state change of a socket.
  static let dataByteCountMin = 32_768

  /// Opens the tracepoint on `processor`, with a ring. `isPlain` as old kernels take it.
  init(
    _ tracepoint: UInt64, on processor: Int32, filter: String, isPlain: Bool
  ) throws(SystemCallError) {
    let event = try PerfEvent(
      tracepoint, on: processor, filter: filter, sampling: isPlain ? .plain : .full)
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    var pages = 1
    while pages * page < Self.dataByteCountMin { pages *= 2 }
    let byteCount = (1 + pages) * page
    // SAFETY: a new mapping of the kernel's choosing, owned here and unmapped once, by deinit.
    let address = unsafe mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, event.descriptor.number, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      let errno = Errno.last
      throw SystemCallError("map", "the samples of tracepoint \(tracepoint)", errno)
    }
    self.event = event
    self.byteCount = byteCount
    unsafe mapping = address
    // Old kernels (before 4.1) leave both at 0: the ring is what follows the first page.
    let offset = unsafe Int(clamping: CKernel_perf_data_offset(mapping))
    let size = unsafe Int(clamping: CKernel_perf_data_size(mapping))
    let isGiven = offset >= page && size > 0 && offset <= byteCount && size <= byteCount - offset
    dataOffset = isGiven ? offset : page
    dataSize = isGiven ? size : byteCount - page
  }

  deinit {
    // SAFETY: mapped by init, of that length, and nobody has a pointer into it.
    unsafe munmap(mapping, byteCount)
  }

  /// Whether the kernel has written anything since the last `take`. One load.
  var hasNews: Bool {
    // SAFETY: the mapping is there as long as this value, and its first page holds the head.
    unsafe CKernel_perf_head(mapping) != tail
  }

  /// Appends what the kernel has written since the last time to `bytes`, and gives its room back.
  mutating func take(into bytes: inout [UInt8]) {
    // SAFETY: the mapping is there as long as this value, its first page holds the head, and the ring lies in
    // it: see init.
    let head = unsafe CKernel_perf_head(mapping)
    let ring = unsafe UnsafeRawBufferPointer(start: mapping + dataOffset, count: dataSize)
    unsafe Self.append(ring, from: tail, to: head, to: &bytes)
    tail = head
    unsafe CKernel_perf_set_tail(mapping, head)
  }

  /// Appends the bytes of a ring between two of its ever-rising positions; nothing where there are more
  /// than it holds, which no kernel writes.
  static func append(
    _ ring: UnsafeRawBufferPointer, from tail: UInt64, to head: UInt64, to bytes: inout [UInt8]
  ) {
    let size = UInt64(ring.count), count = head &- tail
    guard size > 0, count > 0, count <= size else { return }
    let start = Int(tail % size), end = start + Int(count)
    // SAFETY: both pieces lie within the ring: start < size, and what is past its end is at most start.
    if end <= ring.count {
      unsafe bytes.append(contentsOf: ring[start..<end])
    } else {
      unsafe bytes.append(contentsOf: ring[start...])
      unsafe bytes.append(contentsOf: ring[..<(end - ring.count)])
    }
  }
}
