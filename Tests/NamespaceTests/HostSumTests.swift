import Collector
import Glibc
import HostFacts
import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Owners
import Pools
import SocketDiag
import Testing

/// Sums over all namespaces against the tests' own account of what is in them.
@Suite(.needsRoot) struct HostSumTests {
  /// Three namespaces with so many connections to themselves each, and idle binds.
  private struct Ledger {
    let made: [MadeNamespace]
    let counts = [3, 20, 45]
    let idle = 4
    private let sockets: [TestSocket]

    init() throws {
      made = try (0..<3).map { _ in try MadeNamespace(ports: "40000 40099") }
      var kept: [TestSocket] = []
      for (namespace, count) in zip(made, counts) {
        kept += try namespace.connect(count)
        kept += try namespace.inside { _ in
          try (0..<4).map { _ in try TestSocket.bound(.loopback()) }
        }
      }
      sockets = kept
    }

    func place(_ name: String) -> Int? { made.firstIndex { $0.name == name } }
  }

  @Test func `the totals of a snapshot are the sums of its parts, and ours are in them`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let ledger = try Ledger()
        let counts = [2, 0, 7]
        let udp = try zip(ledger.made, counts).flatMap { namespace, count in
          try namespace.inside { _ in
            try (0..<count).map { _ in try TestSocket.udp(bound: .loopback()) }
          }
        }
        var survey = NamespaceSurvey(share: 0.2)
        let snapshot = try survey.take()
        let totals = snapshot.totals
        #expect(totals.namespaces == snapshot.namespaces.count + snapshot.uncounted.count)
        #expect(totals.counted == snapshot.namespaces.count && totals.notVisible == 0)
        let bounded = snapshot.uncounted.compactMap(\.tcpSockets).reduce(0, +)
        #expect(totals.tcpSockets == snapshot.namespaces.map(\.tcp.sockets).reduce(bounded, +))
        let ports = snapshot.namespaces.map(\.tcp.portsInUse).reduce(0, +)
        #expect(totals.tcpPortsInUse == ports)
        let most = try #require(totals.tcpPortsInUseMaximum)
        #expect(most >= ports && most <= ports + bounded)
        #expect(totals.tcpSockets >= 2 * ledger.counts.reduce(0, +) + 3)
        let uncountedUDP = snapshot.uncounted.compactMap(\.udpSockets).reduce(0, +)
        let countedUDP = snapshot.namespaces.compactMap(\.udp?.sockets).reduce(uncountedUDP, +)
        #expect(totals.udpSockets == countedUDP && countedUDP >= udp.count)
        for (namespace, count) in zip(ledger.made, counts) {
          let sockets =
            snapshot.namespaces.first { $0.name == namespace.name }?.udp?.sockets
            ?? snapshot.uncounted.first { $0.name == namespace.name }?.udpSockets
          #expect(sockets == count)
        }
        for (namespace, count) in zip(ledger.made, ledger.counts) {
          let sockets =
            snapshot.namespaces.first { $0.name == namespace.name }?.tcp.sockets
            ?? snapshot.uncounted.first { $0.name == namespace.name }?.tcpSockets
          #expect(sockets == 2 * count + 1)
        }
      }
    }
  }

  @Test func `what closes first is summed up as TIME_WAIT, counted or bounded`() throws {
    let made = [try MadeNamespace(ports: "40000 40099"), try MadeNamespace()]
    for namespace in made {
      try namespace.inside { try $0.write("0", to: "ipv4/tcp_tw_reuse") }
      try namespace.inside { _ in
        let listener = try TestSocket.listener(.loopback(5000))
        for _ in 0..<12 {
          var connection = try Connection.established(listener)
          try connection.enterTimeWait()
        }
      }
    }
    var survey = NamespaceSurvey(share: 0.1)
    let snapshot = try survey.take()
    let counted = try #require(snapshot.namespaces.first { $0.name == made[0].name })
    #expect(counted.tcp.states[.timeWait] == 12)
    let bounded =
      snapshot.uncounted.first { $0.name == made[1].name }?.timeWait
      ?? snapshot.namespaces.first { $0.name == made[1].name }?.tcp.states[.timeWait]
    #expect(bounded == 12)
    let sum =
      snapshot.namespaces.map { $0.tcp.states[.timeWait] }.reduce(0, +)
      + snapshot.uncounted.compactMap(\.timeWait).reduce(0, +)
    #expect(snapshot.totals.timeWait == sum)
  }

  @Test func `owners of all namespaces add up to what each holds`() throws {
    let ledger = try Ledger()
    for kind in [OwnerKind.process, .user] {
      var lister = OwnerLister()
      lister.kind = kind
      let owners = try lister.listAll()
      #expect(owners.ports == owners.namespaces.map(\.ports).reduce(0, +))
      let own = owners.owners.filter { $0.owner.id == (kind == .user ? 0 : UInt64(getpid())) }
      var found = 0
      for owner in own {
        guard let place = ledger.place(owners.namespaces[owner.namespace].name) else { continue }
        found += 1
        #expect(owner.owner.count.ports == ledger.counts[place] + ledger.idle, "\(kind)")
        #expect(owners.namespaces[owner.namespace].ports == ledger.counts[place] + ledger.idle)
      }
      #expect(found == 3, "\(kind)")
      // What is in no line is in none twice.
      for (index, namespace) in owners.namespaces.enumerated()
      where ledger.place(namespace.name) != nil {
        let held = owners.owners.filter { $0.namespace == index }.map(\.owner.count.sockets)
        #expect(
          held.reduce(0, +) + namespace.unknown.sockets + (namespace.unseen?.sockets ?? 0)
            == namespace.sockets)
      }
    }
  }

  @Test func `filters hold in every namespace`() throws {
    let ledger = try Ledger()
    var lister = OwnerLister()
    lister.kind = .user
    lister.filter = .destination(try #require(AddressPrefix("127.9.9.9")))
    let owners = try lister.listAll()
    #expect(owners.owners.allSatisfy { ledger.place(owners.namespaces[$0.namespace].name) == nil })
    let none = owners.namespaces.filter { ledger.place($0.name) != nil }
    #expect(none.count == 3 && none.allSatisfy { $0.ports == 0 })
  }

  @Test func `sockets of all namespaces are listed, each with its own`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { _ in
        let ledger = try Ledger()
        let names = ledger.made.map(\.name)
        func rows(_ arguments: [String]) throws -> [String: Int] {
          let run = try Program.built("ullage", ["sockets", "--netns", "all", "--csv"] + arguments)
            .run()
          // Namespaces of other tests come and go.
          let message = run.message.split(separator: "\n").filter {
            !$0.contains(" had gone when ")
          }
          #expect(run.end == .status(0) && message.isEmpty, "\(run.message)")
          var counts: [String: Int] = [:]
          let lines = run.text.split(separator: "\n")
          #expect(lines.first?.hasSuffix(",namespace") == true)
          for line in lines.dropFirst() {
            counts[String(line.split(separator: ",").last ?? ""), default: 0] += 1
          }
          return counts
        }
        let all = try rows(["--protocol", "tcp"]), clients = try rows(["--dport", "5000"])
        let idle = try rows(["--state", "bound_inactive"])
        let sorted = try rows(["--protocol", "tcp", "--sort", "source"])
        for (name, count) in zip(names, ledger.counts) {
          #expect(all[name] == 2 * count + 1 + ledger.idle)
          #expect(sorted[name] == all[name])
          #expect(clients[name] == count)
          #expect(idle[name] == ledger.idle)
        }
        for arguments in [
          ["sockets", "--protocol", "tcp"], ["owners", "--top", "1000"],
          ["owners", "--by", "process", "--top", "1000"],
        ] {
          let schema = DocumentSchema("ullage.\(arguments[0])-1")
          let run = try Program.built("ullage", arguments + ["--netns", "all", "--json"]).run()
          let faults = try schema.faults(run.output)
          #expect(faults == nil, "\(arguments): \(faults ?? "")")
          for name in names {
            #expect(run.text.contains("\"namespace\":\"\(name)\""), "\(arguments)")
          }
          let redacted = try Program.built(
            "ullage", arguments + ["--netns", "all", "--json", "--redact"]
          ).run()
          for name in names { #expect(!redacted.text.contains(name)) }
        }
        let table = try Program.built("ullage", ["owners", "--netns", "all", "--by", "process"])
          .run()
        #expect(table.text.contains("NAMESPACE") && table.text.contains("(\(getpid()))"))
      }
    }
  }
}
