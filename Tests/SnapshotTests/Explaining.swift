import Collector
import Glibc
import HostFacts
import Inet
import Kernel
import KernelTestKit
import Netlink
import OutputTestKit
import Pools
import Rendering

/// The calling thread's namespace, explained as `ullage explain` does it.
struct Explained {
  let snapshot: Snapshot
  let diagnosis: Diagnosis

  init(
    isExact: Bool = false, _ change: (inout DiagnosisInput) -> Void = { _ in }
  ) throws(SampleError) {
    var sampler = try Sampler(SampleOptions(probesBlocked: isExact), from: .running)
    try sampler.sample()
    var selection = PoolSelection()
    selection.top = .max
    snapshot = sampler.document(of: NamespaceIdentity(name: "netns:1", inode: 1), selection)
    var input = sampler.diagnosisInput(
      of: snapshot.namespaces[0], host: .read(), namespace: .read())
    change(&input)
    diagnosis = Diagnosis(input)
  }

  /// What was found, without what only says that the test's range is narrow.
  var ids: [FindingID] { diagnosis.findings.map(\.id).filter { $0 != .narrowRange } }

  subscript(id: FindingID) -> Finding? { diagnosis.findings.first { $0.id == id } }

  /// The advice of a finding whose step is of the kind asked for.
  func advice(
    _ id: FindingID, _ isWanted: (FindingAdvice.Step) -> Bool
  ) -> FindingAdvice? {
    self[id]?.advice.first { isWanted($0.step) }
  }

  /// Runs the command of the document that holds `words`, as somebody would copy it.
  func apply(_ words: String) throws {
    // The shell that runs it is in the namespace.
    let names = Names(home: snapshot.namespaces[0].name)
    let document = String(
      decoding: ExplainDocument.json(snapshot, diagnosis, names: names), as: UTF8.self)
    var commands: [String] = []
    var rest = document[...]
    while let start = rest.firstRange(of: "\"command\":\"") {
      rest = rest[start.upperBound...]
      var command = "", isEscaped = false
      for character in rest {
        if character == "\"", !isEscaped { break }
        isEscaped = character == "\\" && !isEscaped
        if !isEscaped { command.append(character) }
      }
      commands.append(command)
    }
    guard let command = commands.first(where: { $0.contains(words) }) else {
      return ExitTestReport.record("no command has \(words): \(commands)")
    }
    let run = try Program("/bin/sh", ["-c", command]).run()
    ExitTestReport.check(run.end == .status(0), "\(command): \(run.message)")
  }
}

/// A narrow pool: 10.9.0.1 to itself, port 5000, and what is done with it.
struct NarrowPool {
  static let address = IPAddress(ipv4: 0x0a09_0001)
  static let other = IPAddress(ipv4: 0x0a09_0002)
  static let key = PoolKey.connect(
    source: address, destination: address, port: 5000, interface: 0)

  let listener: TestSocket
  let target = Endpoint(NarrowPool.address, 5000)
  var kept: [Any] = []

  /// 20 ports from 40000 on, two addresses, a listener outside the range.
  init(_ namespace: TestNamespace, high: UInt16 = 40_019) throws {
    for address in [Self.address, Self.other] { try namespace.add(address) }
    try namespace.setPortRange(40_000, high)
    listener = try TestSocket.listener(target)
  }

  /// Connections, which `change` then brings into a state; all are kept.
  mutating func make(
    _ count: Int, _ change: (inout Connection) throws -> Void = { _ in }
  ) throws {
    var connections: [Connection] = []
    for _ in 0..<count { connections.append(try .established(listener, to: target)) }
    for index in connections.indices { try change(&connections[index]) }
    kept.append(connections)
    Settling.pause()
  }

  /// Connections from an address that was bound before, with or without its port.
  mutating func make(_ count: Int, from source: Endpoint, bindsLate: Bool) throws {
    for _ in 0..<count {
      kept.append(try TestSocket.connected(to: target, from: source, bindsLate: bindsLate))
      kept.append(try listener.accept())
    }
  }

  /// TIME_WAIT on `count` ports, both ends closed.
  mutating func wait(_ count: Int, from source: Endpoint? = nil) throws {
    var clients: [TestSocket?] = [], servers: [TestSocket?] = []
    for _ in 0..<count {
      clients.append(try TestSocket.connected(to: target, from: source))
      servers.append(try listener.accept())
    }
    for client in clients { try client?.shutDownWriting() }
    Settling.pause()
    servers.removeAll()
    Settling.pause()
    clients.removeAll()
    Settling.pause()
  }

  /// How many more connects succeed until ports run out; they stay.
  mutating func connects(from source: Endpoint? = nil, atMost: Int = 100) throws -> Int {
    var sockets: [TestSocket] = []
    defer { kept.append(sockets) }
    while sockets.count < atMost {
      do throws(SystemCallError) {
        sockets.append(
          try TestSocket.connected(to: target, from: source, bindsLate: source != nil))
      } catch {
        if error.errno.rawValue == EADDRNOTAVAIL { break }
        throw error
      }
    }
    return sockets.count
  }
}
