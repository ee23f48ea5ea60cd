import HostFacts
import Kernel

/// Microseconds of processor time per look at all network namespaces, a hundred looks a second apart as the
/// watch is told: one in ten looks at every process, the others at new ones.
///
/// The tour of namespaces runs on threads of their own, so the time is that of the process.
@main
enum NamespaceBench {
  static func main() throws {
    var watch = NamespaceWatch()
    let start = Clock.monotonicNanoseconds()
    let before = Clock.processCPUNanoseconds()
    try watch.look(at: start)
    let first = Clock.processCPUNanoseconds() - before
    var costs: [UInt64] = []
    for second in 1...100 {
      let cpu = Clock.processCPUNanoseconds()
      try watch.look(at: start + UInt64(second) * 1_000_000_000)
      costs.append(Clock.processCPUNanoseconds() - cpu)
    }
    costs.sort()
    let mean = costs.reduce(0, +) / UInt64(costs.count)
    let known = watch.bounds.filter { $0.usageMaximum(idleBinds: 0) != nil }.count
    let sockets = watch.bounds.reduce(0) { $0 + ($1.tcpSockets ?? 0) }
    print(
      "\(watch.bounds.count) \(known) \(sockets) \(first) \(mean) \(costs[50]) \(costs[99])")
  }
}
