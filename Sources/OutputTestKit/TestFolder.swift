/// A folder that is there while `body` runs.
public func withFolder(_ body: (String) throws -> Void) throws {
  let made = try Program("/usr/bin/env", ["mktemp", "-d"]).run()
  let folder = String(made.text.dropLast())
  defer { _ = try? Program("/usr/bin/env", ["rm", "-r", folder]).run() }
  try body(folder)
}
