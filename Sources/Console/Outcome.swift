internal import ArgumentParser

/// How a command that could do its work ends.
public enum Outcome: Sendable {
  /// Status 0.
  case done
  /// Status 1: "no" is the answer.
  case no
}

extension Result where Success == Outcome, Failure == Console::Failure {
  /// Ends the command: returns for status 0, throws the status otherwise.
  public func end() throws {
    switch self {
    case .success(.done): return
    case .success(.no): throw ExitCode(1)
    case .failure(let failure): throw failure.report()
    }
  }
}
