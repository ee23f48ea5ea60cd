import Collector
import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Owners

/// Ranks the owners of the calling thread's namespace.
func rankOwners(
  _ kind: OwnerKind?, _ change: (inout OwnerLister) -> Void = { _ in }
) throws -> OwnerRanking {
  var lister = OwnerLister()
  lister.kind = kind
  change(&lister)
  return try lister.list(namespace: try NetworkNamespace.current().inode)
}

/// Records an issue of an exit test unless something holds.
func check(_ isTrue: Bool, _ text: @autoclosure () -> String) {
  ExitTestReport.check(isTrue, text())
}

extension OwnerRanking {
  /// The process that calls itself `command`.
  func process(_ command: String) -> RankedOwner? {
    owners.first {
      if case .process(let process) = $0.identity { process.command == command } else { false }
    }
  }
}

/// What `ss -tanp` of iproute2 says of the calling thread's namespace.
struct ListedSockets {
  private struct Line {
    var port: UInt16
    var peer: UInt16
    var isListener: Bool
    var processes: [Int32]
  }

  private let lines: [Line]

  init() throws {
    let run = try Program("/usr/bin/env", ["ss", "-H", "-t", "-a", "-n", "-p", "-e"]).run()
    lines = run.text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count >= 5, let port = Self.port(words[3]) else { return nil }
      let processes = line.split(separator: "pid=").dropFirst().compactMap {
        Int32($0.prefix { $0.isNumber })
      }
      return Line(
        port: port, peer: Self.port(words[4]) ?? 0, isListener: words[0] == "LISTEN",
        processes: processes)
    }
  }

  private static func port(_ word: Substring) -> UInt16? {
    word.split(separator: ":").last.flatMap { UInt16($0) }
  }

  /// Ports of `range` that `process` has connected from.
  func ports(of process: Int32, in range: PortRange) -> Set<UInt16> {
    Set(
      lines.filter { $0.processes.contains(process) && range.contains($0.port) }.map(\.port))
  }

  /// Ports of `range` of connections that did not come in through a listener.
  func outboundPorts(in range: PortRange) -> Set<UInt16> {
    let listening = Set(lines.filter(\.isListener).map(\.port))
    return Set(lines.map(\.port).filter { range.contains($0) && !listening.contains($0) })
  }
}
