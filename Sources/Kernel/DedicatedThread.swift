import Glibc

/// A thread that runs one piece of work, optionally inside another network namespace, and ends.
///
/// setns(2) changes the calling thread alone, so work in a foreign namespace gets a thread that never
/// runs anything else. An owner that is dropped waits for its thread.
public struct DedicatedThread<Value: Sendable>: ~Copyable {
  private let thread: pthread_t
  private let work: Work<Value>
  private var isJoined = false

  /// Starts `body` on a new thread, in `namespace` if one is given.
  ///
  /// Throws when no thread can be started; that the namespace could not be entered is thrown by
  /// `join()`, and `body` has not run then.
  public init(
    in namespace: NetworkNamespace? = nil, _ body: @escaping @Sendable () -> Value
  ) throws(SystemCallError) {
    work = Work(namespace: namespace, body: body)
    var thread = pthread_t()
    // SAFETY: the retained box crosses as the thread's argument and is released there, once.
    let box = unsafe Unmanaged.passRetained(work as AnyWork)
    let status = unsafe pthread_create(&thread, nil, runWork, box.toOpaque())
    guard status == 0 else {
      // SAFETY: no thread started, so the box is still ours to release.
      unsafe box.release()
      isJoined = true
      self.thread = thread
      throw SystemCallError("start", "a thread", Errno(rawValue: status))
    }
    self.thread = thread
  }

  deinit { if !isJoined { pthread_join(thread, nil) } }

  /// Waits for the thread and hands over what its work returned.
  public consuming func join() throws(SystemCallError) -> Value {
    pthread_join(thread, nil)
    isJoined = true
    return try work.outcome()
  }
}

/// Runs `body` on a thread of its own inside `namespace` and waits for it.
public func inNamespace<Value: Sendable>(
  _ namespace: NetworkNamespace, _ body: @escaping @Sendable () -> Value
) throws(SystemCallError) -> Value {
  try DedicatedThread(in: namespace, body).join()
}

// SAFETY: has no state of its own; its one subclass says why it may cross threads.
private class AnyWork: @unchecked Sendable {
  func run() {}
}

// SAFETY: `result` is written by the thread before it ends and read after the join.
private final class Work<Value: Sendable>: AnyWork, @unchecked Sendable {
  private let namespace: NetworkNamespace?
  private let body: @Sendable () -> Value
  private var result: Result<Value, SystemCallError>?

  init(namespace: NetworkNamespace?, body: @escaping @Sendable () -> Value) {
    self.namespace = namespace
    self.body = body
  }

  override func run() {
    do throws(SystemCallError) {
      try namespace?.enter()
      result = .success(body())
    } catch {
      result = .failure(error)
    }
  }

  func outcome() throws(SystemCallError) -> Value {
    guard let result else { preconditionFailure("a joined thread has run its work") }
    return try result.get()
  }
}

private func runWork(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  // SAFETY: the argument is the box that init retained for this thread alone.
  guard let argument = unsafe argument else { return nil }
  let work = unsafe Unmanaged<AnyWork>.fromOpaque(argument).takeRetainedValue()
  work.run()
  return nil
}
