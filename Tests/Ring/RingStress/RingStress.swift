import Glibc
import Kernel
import Ring

/// Writes a ring for others to read, check and kill. `scripts/stress` and RingTests run it.
///
///     RingStress race PATH SECONDS READERS   one writer, several readers; says what they saw
///     RingStress write PATH                  publishes until it is killed; PATH.told is the last number told
@main
enum RingStress {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch (arguments.first, arguments.count) {
    case ("race", 4):
      guard let seconds = Double(arguments[2]), let readers = Int(arguments[3]) else { break }
      exit(try Race(path: arguments[1], seconds: seconds, readerCount: readers).run())
    case ("write", 2): try Endless.write(arguments[1])
    default: break
    }
    try ByteStream.standardError.write(
      Array("usage: RingStress race PATH SECONDS READERS | write PATH\n".utf8))
    exit(64)
  }
}
