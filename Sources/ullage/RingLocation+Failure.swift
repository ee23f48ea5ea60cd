import Console
import FrameRing
import Kernel

extension RingLocation {
  /// Where a collector of this user writes by default; nil for root, whose place the configuration knows.
  static var userDirectoryUnlessRoot: String? { Credentials.isRoot ? nil : userDirectory }

  /// The first of them that is there; the last one if none is, whose opening then says so.
  static func existing(_ option: String?, in paths: [String]) throws(Failure) -> String {
    for path in paths where File.exists(path) { return path }
    if let option { return try named(option, in: paths) }
    let places = paths.isEmpty ? directories(nil) : paths
    throw Failure(
      "no ring in \(places.joined(separator: " or ")): start a collector (ullage collect), or say --ring"
    )
  }

  /// The file of a namespace in the directory `option`, or that file.
  static func named(_ option: String, in paths: [String]) throws(Failure) -> String {
    guard let path = paths.first else {
      throw Failure(
        "no ring in \(option) is of this network namespace: ullage ring list says whose")
    }
    return path
  }
}
