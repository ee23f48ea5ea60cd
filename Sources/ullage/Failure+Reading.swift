import Kernel

extension Failure {
  /// The failure of a source of frames, in its own words.
  init(reading error: any Error) {
    if let failure = error as? Failure {
      self = failure
    } else if let known = error as? any CustomStringConvertible & Error {
      self.init(known.description)
    } else {
      self.init("cannot read frames")
    }
  }

  /// Says something on standard error that ends nothing.
  static func warn(_ text: String) {
    // Nobody is left to tell if standard error is closed.
    try? ByteStream.standardError.write(Array("ullage: \(text)\n".utf8))
  }
}

extension Failure: CustomStringConvertible {
  /// The message, for whoever knows errors by what they say alone.
  var description: String { message }
}
