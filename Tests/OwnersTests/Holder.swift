import Glibc
import Kernel
import OutputTestKit

/// A process of its own that holds sockets in the calling thread's namespace, until it is forgotten.
///
/// What it does is a few lines of Python, with these words: `name(text)` is how it calls itself from now
/// on, `connect(port, count)` holds connections to 127.0.0.1, `fork(function)` runs a child that dies with it.
final class Holder {
  private let program: RunningProgram

  /// Its process.
  var processID: Int32 { program.processID }

  /// Starts it and waits until it has done what it was told.
  init(_ script: String) throws {
    let ready = "/tmp/ullage-test-\(getpid())-\(UInt64.random(in: .min ... .max))"
    let text = Self.prelude + script + "\nopen(sys.argv[1], 'w').close()\ntime.sleep(600)\n"
    program = try Program("/usr/bin/python3", ["-I", "-c", text, ready]).start()
    // SAFETY: the string lives for the call.
    defer { unsafe remove(ready) }
    // A machine that does much else starts a Python slowly.
    for _ in 0..<3000 {
      if File.exists(ready) { return }
      guard Directory.exists("/proc/\(program.processID)/fd") else { break }
      Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 10_000_000)
    }
    program.send(SIGKILL)
    throw Failure(text: "a holder did not get ready: \(try program.wait().message)")
  }

  struct Failure: Error { var text: String }

  private static let prelude = """
    import array, ctypes, os, socket, sys, threading, time
    libc = ctypes.CDLL(None)
    kept = []
    def name(text):
        open('/proc/self/comm', 'w').write(text)
    def connect(port, count=1):
        for _ in range(count):
            kept.append(socket.create_connection(('127.0.0.1', port)))
    def fork(work):
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            libc.prctl(1, 9)
            if os.getppid() != parent: os._exit(1)
            work()
            time.sleep(600)
        return child

    """
}
