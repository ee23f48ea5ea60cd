import Kernel
import Synchronization

/// The harness of the fuzzer, made once; libFuzzer calls on one thread.
private struct Shared: ~Copyable {
  let harness: Mutex<RequestHarness?> = Mutex(nil)
}

private let shared = Shared()

/// What scripts/fuzz links as libFuzzer's entry; ULLAGE_FUZZ_FOLDER names an empty directory for the ring.
@c(RequestFuzz_oneInput)
public func fuzzOneRequest(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer lends `count` bytes at `data` for the call.
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
  let problems = shared.harness.withLock { harness in
    do {
      let made =
        try harness ?? RequestHarness(folder: Environment.value("ULLAGE_FUZZ_FOLDER") ?? "")
      harness = made
      return try made.send(bytes).problems
    } catch {
      return ["\(error)"]
    }
  }
  guard problems.isEmpty else { fatalError(problems.joined(separator: "; ")) }
  return 0
}
