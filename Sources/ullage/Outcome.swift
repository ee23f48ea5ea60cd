import ArgumentParser
import Collector
import Kernel

/// How a command that could do its work ends.
enum Outcome: Sendable {
  /// Status 0.
  case done
  /// Status 1: "no" is the answer.
  case no
}

/// Why a command could not do its work: status 2 and a message on standard error.
struct Failure: Error, Sendable {
  let message: String
  /// Whether nobody reads on, which ends a command early and is nothing to complain about.
  let isClosedPipe: Bool

  /// A failure that has no error behind it.
  init(_ message: String) {
    self.message = message
    isClosedPipe = false
  }

  init(_ error: SampleError) {
    message = error.description
    isClosedPipe = false
  }

  /// The failure to write what was found.
  init(writing error: SystemCallError) {
    message = error.description
    isClosedPipe = error.errno == .brokenPipe
  }

  /// What `body` returns; its error becomes a failure in the error's own words.
  static func rewording<Value: ~Copyable, Cause: Error>(
    _ body: () throws(Cause) -> Value
  ) throws(Failure) -> Value {
    do throws(Cause) { return try body() } catch { throw Failure("\(error)") }
  }

  /// Writes data to standard output; why that failed, if it did.
  static func ofWriting(_ text: String) -> Failure? {
    do throws(SystemCallError) {
      try ByteStream.standardOutput.write(Array(text.utf8))
      return nil
    } catch {
      return Failure(writing: error)
    }
  }

  /// Says it on standard error and gives the status to throw.
  ///
  /// Where SIGPIPE has its default a closed pipe ends us before; where it is ignored, it comes here.
  func report() -> ExitCode {
    if isClosedPipe { return .success }
    // Nobody is left to tell if standard error is closed.
    try? ByteStream.standardError.write(Array("ullage: \(message)\n".utf8))
    return ExitCode(2)
  }
}

extension Result where Success == Outcome, Failure == ullage::Failure {
  /// Ends the command: returns for status 0, throws the status otherwise.
  func end() throws {
    switch self {
    case .success(.done): return
    case .success(.no): throw ExitCode(1)
    case .failure(let failure): throw failure.report()
    }
  }
}
