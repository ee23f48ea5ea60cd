public import ArgumentParser
public import Kernel
internal import Rendering

/// Why a command could not do its work: status 2 and a message on standard error.
public struct Failure: Error, Sendable {
  /// What was tried, on what, what came back.
  public let message: String
  /// Whether nobody reads on, which ends a command early and is nothing to complain about.
  public let isClosedPipe: Bool

  /// A failure that has no error behind it.
  public init(_ message: String) {
    self.message = message
    isClosedPipe = false
  }

  /// The failure to write what was found.
  public init(writing error: SystemCallError) {
    message = error.description
    isClosedPipe = error.errno == .brokenPipe
  }

  /// What `body` returns; its error becomes a failure in the error's own words.
  public static func rewording<Value: ~Copyable, Cause: Error>(
    _ body: () throws(Cause) -> Value
  ) throws(Failure) -> Value {
    do throws(Cause) { return try body() } catch { throw Failure("\(error)") }
  }

  /// Writes data to standard output; why that failed, if it did.
  public static func ofWriting(_ text: String) -> Failure? {
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
  public func report() -> ExitCode {
    if isClosedPipe { return .success }
    // Nobody is left to tell if standard error is closed.
    try? ByteStream.standardError.write(Array("ullage: \(Self.harmless(message))\n".utf8))
    return ExitCode(2)
  }
}

extension Failure {
  /// The failure of a source of frames, in its own words.
  public init(reading error: any Error) {
    if let failure = error as? Failure {
      self = failure
    } else if let known = error as? any CustomStringConvertible & Error {
      self.init(known.description)
    } else {
      self.init("cannot read frames")
    }
  }

  /// Says something on standard error that ends nothing.
  public static func warn(_ text: String) {
    // Nobody is left to tell if standard error is closed.
    try? ByteStream.standardError.write(Array("ullage: \(harmless(text))\n".utf8))
  }

  /// A message may quote what others say: nothing in it does anything to a terminal.
  private static func harmless(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { TextWrap.printable(String($0)) }.joined(separator: "\n")
  }
}

extension Failure: CustomStringConvertible {
  /// The message, for whoever knows errors by what they say alone.
  public var description: String { message }
}
