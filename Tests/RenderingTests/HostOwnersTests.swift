import Inet
import OutputTestKit
import Owners
import Rendering
import Testing

/// Owners of all network namespaces as a page, as CSV and as the document ullage.owners/1.
@Suite struct HostOwnersTests {
  private let golden = Golden(besides: #filePath)

  private static func host(_ kind: OwnerKind) -> HostOwners {
    var host = HostOwners(kind, .tcp)
    switch kind {
    case .process:
      host.take(MadeUpOwners.processes, of: "host", inode: 4_026_531_833)
      host.linksRead = 20_431
      host.sharedSockets = 12
    case .cgroup:
      host.take(MadeUpOwners.cgroups, of: "host", inode: 4_026_531_833)
      var second = MadeUpOwners.cgroups
      second.ports = 640
      second.owners = Array(second.owners.filter { $0.count.ports == 640 })
      host.take(second, of: "shop-frontend-7d4b9c5f68-x2x9q", inode: 4_026_532_200)
      host.refusedCount = 2
      host.notes.append(
        OwnerNote("namespaces_refused", "2 network namespaces could not be looked into: no"))
    case .user: break
    }
    host.takenAtNanoseconds = MadeUpHost.moment
    host.durationNanoseconds = 41_000_000
    host.sort()
    return host
  }

  @Test(arguments: [OwnerKind.process, .cgroup, .user])
  func `pages, lines and documents are as they were`(_ kind: OwnerKind) throws {
    let host = Self.host(kind)
    var documents: [UInt8] = []
    for isRedacted in [false, true] {
      let names = Names(redacted: isRedacted)
      let prefix = "\(isRedacted ? "redacted-" : "")owners-all-\(kind.rawValue)"
      let document = HostOwnersDocument.json(host, host: "web-17", names: names)
      documents += document
      let page = HostOwnersPage.text(host, host: "web-17", style: Style(), names: names)
      let lines = OwnersListing.csv(host, names: names)
      for (bytes, suffix) in [(document, "json"), (page, "txt"), (lines, "csv")] {
        let difference = try golden.difference("\(prefix).\(suffix)", bytes)
        #expect(difference == nil, "\(difference ?? "")")
        let text = String(decoding: bytes, as: UTF8.self)
        guard isRedacted else { continue }
        for word in ["haproxy", "shop-frontend", "nginx", "10.1.2", "web-17"] {
          #expect(!text.contains(word), "\(word)")
        }
      }
    }
    let faults = try DocumentSchema("ullage.owners-1").faults(documents)
    #expect(faults == nil, "\(faults ?? "")")
    for columns in [60, 80, 160] {
      let page = HostOwnersPage.text(
        host, host: "web-17", style: Style(columns: columns), mostOwners: 1)
      for line in String(decoding: page, as: UTF8.self).split(separator: "\n") {
        #expect(line.count <= columns, "\(line)")
      }
    }
    let ascii = HostOwnersPage.text(host, host: "web-17", style: Style(isUnicode: false))
    #expect(ascii.allSatisfy { $0 < 0x80 })
  }

  @Test func `the sums are those of the namespaces, and ports with one number in two are two`() {
    let host = Self.host(.cgroup)
    #expect(host.ports == 27_410 + 640 && host.namespaces.map(\.ports) == [27_410, 640])
    #expect(host.sockets == host.namespaces.map(\.sockets).reduce(0, +))
    let pods = host.owners.filter { $0.owner.id == 99 }
    #expect(pods.count == 2 && Set(pods.map(\.namespace)) == [0, 1])
    #expect(host.namespaces[pods[0].namespace].range == .kernelDefault)
  }

  @Test func `what one namespace's page says of its owners, this page says too`() {
    func text(_ host: HostOwners) -> String {
      String(
        decoding: HostOwnersPage.text(host, host: "web-17", style: Style(columns: 160)),
        as: UTF8.self)
    }
    let cgroups = text(Self.host(.cgroup))
    #expect(cgroups.contains("old.service (gone)") && cgroups.contains("haproxy.service  "))
    let unknown = cgroups.split(separator: "\n").filter { $0.hasPrefix("(owner unknown)") }
    #expect(unknown.count == 2 && unknown[0].contains(" host "), "\(unknown)")
    #expect(unknown[1].contains("shop-frontend-7d4b9c5f68-x2x9q"), "\(unknown)")
    let processes = text(Self.host(.process))
    #expect(processes.contains("far ?[31m (99) (other namespace)"))
    #expect(processes.contains("not seen: sockets of processes"))
    let document = String(
      decoding: HostOwnersDocument.json(Self.host(.process), host: "web-17"), as: UTF8.self)
    #expect(
      document.contains(
        #""sockets":811,"unseen":{"ports":4,"sockets":4,"states":{"established":4}},"unknown":{"#))
  }

  @Test func `more namespaces than there is room for are summed up`() {
    var host = HostOwners(.cgroup, .tcp)
    for number in 1...7 {
      var ranking = MadeUpOwners.forgotten
      ranking.unknown.states.set(raw: SocketState.timeWait.rawValue, 1000 + number)
      host.take(ranking, of: "n\(number)", inode: UInt64(number))
    }
    host.sort()
    let text = String(
      decoding: HostOwnersPage.text(host, host: "h", style: Style(columns: 120)), as: UTF8.self)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("(owner unknown)") }
    #expect(
      rows.count == 5 && rows[0].contains(" n7 ") && rows[4].contains(" 3 others "), "\(rows)")
    // All of them are there.
    #expect(rows[4].contains(" 6,000 ") && rows[4].contains(" 3,036 "), "\(rows[4])")
  }

  @Test func `CSV of one namespace has the same columns`() {
    func fields(_ bytes: [UInt8]) -> [String] {
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
    let one = fields(OwnersListing.csv(MadeUpOwners.sampled, namespace: "a,b"))
    #expect(one[0] == fields(OwnersListing.csv(Self.host(.process)))[0])
    #expect(one.count == 3 && one[1].hasPrefix("\"a,b\",process,812,"))
    #expect(one[1].contains(",upper,"))
  }
}
