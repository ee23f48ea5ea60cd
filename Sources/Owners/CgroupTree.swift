internal import Kernel

/// All cgroups below a directory, as one walk found them: for those who may not ask for one by its number.
struct CgroupTree: Sendable {
  /// From the directory: "/system.slice/cron.service"; "/" is the directory itself. By the cgroup's number.
  private(set) var paths: [UInt64: String] = [:]
  /// Whether every directory was looked into: what is not in `paths` is not there.
  private(set) var isComplete = true

  /// Walks the tree below `directory`, `limit` directories of it at most.
  ///
  /// Costs some 10 µs a cgroup, and about 100 bytes.
  init(_ directory: String, limit: Int = 65_536) {
    var waiting = [""]
    while let path = waiting.popLast() {
      guard paths.count < limit else {
        isComplete = false
        return
      }
      do throws(SystemCallError) {
        let number = try FileStatus(of: directory + path).inode
        paths[number] = path.isEmpty ? "/" : path
        for name in try Directory.subdirectories(of: directory + path) {
          waiting.append("\(path)/\(name)")
        }
      } catch {
        // What went while we looked is not there; what is closed to us may have more below it.
        if error.errno != .noEntry { isComplete = false }
      }
    }
  }
}
