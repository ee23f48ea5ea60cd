import Glibc
import Kernel
import KernelTestKit
import Owners

/// A cgroup with a name of its own, which the calling process can be in for a while.
struct TestCgroup: ~Copyable {
  /// Its last component: a unit's name.
  let name: String
  private let path: String
  /// Where the process was before.
  private let home: String

  /// Makes one; nil where there is no hierarchy of version 2.
  static func make() throws -> TestCgroup? {
    guard let mount = CgroupHierarchy.current().mountPoint else { return nil }
    let own = String(
      decoding: try KernelFile.read("/proc/self/cgroup", limit: 65_536), as: UTF8.self)
    let line = own.split(separator: "\n").first { $0.hasPrefix("0::") }
    let name = "ullage-test-\(getpid())-\(UInt32.random(in: .min ... .max)).service"
    try Directory.make("\(mount)/\(name)")
    return TestCgroup(
      name: name, path: "\(mount)/\(name)",
      home: mount + (line.map { String($0.dropFirst(3)) } ?? "/"))
  }

  private init(name: String, path: String, home: String) {
    self.name = name
    self.path = path
    self.home = home
  }

  deinit {
    // The last process may take a moment to be gone. SAFETY: the string lives for the call.
    _ = Settling.wait {
      for child in (try? Directory.subdirectories(of: path)) ?? [] {
        _ = unsafe rmdir("\(path)/\(child)")
      }
      return unsafe rmdir(path) == 0 || !Directory.exists(path)
    }
  }

  /// Runs `body` with the process in the cgroup: the sockets that it opens are the cgroup's, for good.
  func run<Result>(_ body: () throws -> Result) throws -> Result {
    try Self.enter(path)
    defer { try? Self.enter(home) }
    return try body()
  }

  /// The same with the process in a cgroup below it, which is made for it.
  func run<Result>(in child: String, _ body: () throws -> Result) throws -> Result {
    try Directory.make("\(path)/\(child)")
    try Self.enter("\(path)/\(child)")
    defer { try? Self.enter(home) }
    return try body()
  }

  private static func enter(_ path: String) throws {
    try WrittenFile.replace("\(path)/cgroup.procs", with: Array("\(getpid())".utf8))
  }
}
