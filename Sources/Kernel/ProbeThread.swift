internal import CKernel

/// The name that a thread bears while it probes.
///
/// A probe that finds no port looks to the tracepoint sock:inet_sock_set_state like a connect() that
/// failed. Whoever counts failures leaves out events of threads of this name (comm).
public enum ProbeThread {
  /// The name; 12 of the 15 bytes that a thread's name may have.
  public static let name = "ullage-probe"

  /// Runs `body` on the calling thread under that name, and gives the thread its own name back.
  ///
  /// Costs two or three prctl(2). Nested calls are harmless.
  public static func during<Value: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    var before: [16 of CChar] = .init(repeating: 0)
    var span = before.mutableSpan
    // SAFETY: the kernel writes at most 16 bytes, with their terminator, into the 16 of the array.
    unsafe span.withUnsafeMutableBufferPointer { name in
      if let start = name.baseAddress { _ = unsafe CKernel_thread_name(start) }
    }
    // SAFETY: the string lives, terminated, for the length of the call.
    _ = unsafe CKernel_set_thread_name(name)
    defer {
      let span = before.span
      // SAFETY: 15 bytes of a name and their terminator, or an empty name if it could not be read.
      unsafe span.withUnsafeBufferPointer { name in
        if let start = name.baseAddress { _ = unsafe CKernel_set_thread_name(start) }
      }
    }
    return try body()
  }
}
