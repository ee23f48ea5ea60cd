import Inet
import OutputTestKit
import Owners
import Rendering
import Testing

/// Sockets as table, CSV and the document ullage.sockets/1.
@Suite struct SocketListingTests {
  private let golden = Golden(besides: #filePath)
  private let schema = DocumentSchema("ullage.sockets-1")

  private static func socket(_ change: (inout SocketRecord) -> Void = { _ in }) -> SocketRecord {
    var socket = SocketRecord(
      transport: .tcp, state: .established, source: MadeUpHost.address("10.0.0.5"),
      sourcePort: 40_000, destination: MadeUpHost.address("10.1.2.3"), destinationPort: 443,
      isMapped: false, interface: 0, cookie: 4711, uid: 1000, inode: 123_456, cgroupID: 25,
      expiresMilliseconds: nil, receiveQueue: 0, sendQueue: 3)
    change(&socket)
    return socket
  }

  private static let sockets = [
    socket(),
    socket {
      $0.state = .timeWait
      $0.uid = nil
      $0.inode = nil
      $0.cgroupID = nil
      $0.expiresMilliseconds = 59_949
    },
    socket {
      $0.state = .listen
      $0.source = .anyIPv6
      $0.destination = .anyIPv6
      $0.destinationPort = 0
      $0.sendQueue = 4096
    },
    socket {
      $0.state = .boundInactive
      $0.isMapped = true
      $0.destination = .anyIPv4
      $0.destinationPort = 0
    },
    socket {
      $0.source = MadeUpHost.address("2001:db8:1111:2222:3333:4444:5555:6666")
      $0.destination = MadeUpHost.address("fe80::2")
      $0.interface = .max
      $0.cookie = .max
      $0.uid = .max
      $0.inode = .max
      $0.cgroupID = .max
      $0.receiveQueue = .max
      $0.sourcePort = .max
    },
    socket {
      $0.transport = .udp
      $0.state = .close
      $0.source = .anyIPv4
      $0.destination = .anyIPv4
      $0.destinationPort = 0
    },
    socket {
      $0.state = nil
      $0.source = MadeUpHost.address("127.0.0.1")
      $0.destination = MadeUpHost.address("127.0.0.1")
    },
  ]

  private static let owners = [
    SocketOwner(
      cgroup: "/system.slice/haproxy.service", cgroupName: "haproxy.service", user: "haproxy",
      processes: [
        ProcessScan.Process(id: 812, userID: 33, command: "haproxy"),
        ProcessScan.Process(id: 813, userID: 33, command: "haproxy"),
      ]),
    SocketOwner(),
    SocketOwner(cgroup: "/", cgroupName: "/", user: "root", processes: []),
    SocketOwner(
      cgroup: "/e\u{1b}[31mvil", cgroupName: "e\u{1b}[31mvil",
      processes: [ProcessScan.Process(id: 7, userID: nil, command: nil)]),
  ]

  private static func listing(
    _ format: SocketListing.Format, of sockets: [SocketRecord], isRedacted: Bool = false,
    host: String = "proxy-17", namespace: String = "host"
  ) -> [UInt8] {
    var listing = SocketListing(
      format, host: host, namespace: namespace, takenAtNanoseconds: MadeUpHost.moment,
      names: Names(redacted: isRedacted))
    var bytes = listing.take()
    for (index, socket) in sockets.enumerated() {
      listing.append(socket, of: owners[index % owners.count])
      #expect(listing.pendingByteCount > 0)
      bytes += listing.take()
    }
    listing.finish()
    return bytes + listing.take()
  }

  @Test(arguments: [
    (SocketListing.Format.table, "sockets.txt"), (.csv, "sockets.csv"), (.json, "sockets.json"),
  ]) func `the listing is as it was`(_ format: SocketListing.Format, _ name: String) throws {
    let difference = try golden.difference(name, Self.listing(format, of: Self.sockets))
    #expect(difference == nil, "\(difference ?? "")")
    let redacted = try golden.difference(
      "redacted-\(name)", Self.listing(format, of: Self.sockets, isRedacted: true))
    #expect(redacted == nil, "\(redacted ?? "")")
  }

  @Test(arguments: [
    (SocketListing.Format.table, "sockets-all.txt"), (.csv, "sockets-all.csv"),
    (.json, "sockets-all.json"),
  ]) func `of all namespaces each row has its own`(
    _ format: SocketListing.Format, _ name: String
  ) throws {
    for isRedacted in [false, true] {
      var listing = SocketListing(
        format, host: "proxy-17", namespace: nil, takenAtNanoseconds: MadeUpHost.moment,
        names: Names(redacted: isRedacted))
      for (index, socket) in Self.sockets.enumerated() {
        listing.append(socket, in: ["host", "shop-frontend-7d4b9c5f68-x2x9q", "a,\"b"][index % 3])
      }
      listing.finish()
      let bytes = listing.take()
      let difference = try golden.difference("\(isRedacted ? "redacted-" : "")\(name)", bytes)
      #expect(difference == nil, "\(difference ?? "")")
      if isRedacted { #expect(!String(decoding: bytes, as: UTF8.self).contains("shop-frontend")) }
      guard format == .json else { continue }
      let faults = try schema.faults(bytes)
      #expect(faults == nil, "\(faults ?? "")")
    }
  }

  @Test func `every document keeps the schema`() throws {
    var lines = Self.listing(.json, of: [])
    for isRedacted in [false, true] {
      lines += Self.listing(.json, of: Self.sockets, isRedacted: isRedacted)
    }
    lines += Self.listing(
      .json, of: [], host: "a\"b\\\u{1b}\u{0}\n\u{7f}", namespace: "\u{2028}\t\"}]")
    let faults = try schema.faults(lines)
    #expect(faults == nil, "\(faults ?? "")")
  }

  @Test func `CSV has as many fields in each row as in its header, and none needs quotes`() {
    for isRedacted in [false, true] {
      let text = String(
        decoding: Self.listing(.csv, of: Self.sockets, isRedacted: isRedacted), as: UTF8.self)
      let rows = text.split(separator: "\n")
      #expect(rows.count == Self.sockets.count + 1)
      for row in rows {
        #expect(row.split(separator: ",", omittingEmptySubsequences: false).count == 19)
        #expect(!row.contains { "\"\r ".contains($0) })
      }
    }
  }

  @Test func `CSV and JSON have the same keys`() throws {
    let csv = String(decoding: Self.listing(.csv, of: []), as: UTF8.self)
    let json = String(decoding: Self.listing(.json, of: [Self.socket()]), as: UTF8.self)
    for key in csv.dropLast().split(separator: ",") { #expect(json.contains("\"\(key)\":")) }
  }

  @Test func `a line of the table has no blanks at its end`() {
    let text = String(decoding: Self.listing(.table, of: Self.sockets), as: UTF8.self)
    for line in text.split(separator: "\n") { #expect(line.last != " ") }
  }
}
