import Inet
import Kernel
import Netlink
import NetlinkTestKit
import SocketDiag
import Testing

/// Datagrams that a real kernel once sent, read as it was read by `ss` at the same moment.
@Suite struct CaptureTests {
  @Test(arguments: [("tcp", TransportProtocol.tcp), ("udp", .udp)])
  func `a recorded dump has as many sockets in each state as ss saw`(
    _ name: String, _ transport: TransportProtocol
  ) throws {
    let captures = Captures.committed
    let counts = try captures.recordedCounts(name, transport)
    #expect(try counts == captures.stateCounts(name))
    #expect(Set(counts.keys) == (transport == .tcp ? Set(1...11).subtracting([7]) : [1, 7]))
  }

  @Test func `recorded minisocks own nothing and the others tell their cgroup`() throws {
    var dump = SocketDump(try Captures.committed.recording("tcp").kernel)
    var rows: [RowValues] = []
    _ = try dump.run(SocketQuery(.tcp, states: .table)) { (replies) throws(NetlinkError) in
      while let row = try replies.nextRow() { rows.append(RowValues(row)) }
    }
    let minisocks = rows.filter(\.isMinisock)
    #expect(Set(minisocks.map(\.rawState)) == [5, 6])
    #expect(minisocks.allSatisfy { $0.inode == 0 && $0.uid == 0 && $0.cgroupID == nil })
    #expect(rows.contains { $0.isMapped && $0.isMinisock })
    #expect(rows.filter { $0.rawState == 1 }.allSatisfy { $0.cgroupID != nil && $0.inode != 0 })
    // Of the wildcards, the one that was told so; a listener at an IPv6 address always is.
    let v6Only = rows.filter { $0.isV6Only == true }
    #expect(v6Only.filter(\.source.isWildcard).map(\.sourcePort) == [5006])
    #expect(Set(v6Only.map(\.sourcePort)) == [5002, 5003, 5006, 5011])
    #expect(Set(rows.map(\.cookie)).count == rows.count)
  }

  @Test func `recorded bound sockets are reported as closed`() throws {
    var dump = SocketDump(try Captures.committed.recording("bound").kernel)
    var rows: [RowValues] = []
    _ = try dump.run(SocketQuery(.tcp, states: .boundInactive)) { (replies) throws(NetlinkError) in
      while let row = try replies.nextRow() { rows.append(RowValues(row)) }
    }
    #expect(rows.count == 6)
    #expect(rows.allSatisfy { $0.rawState == 7 && $0.destinationPort == 0 && $0.sourcePort != 0 })
  }

  @Test func `a recorded refusal is the kernel's word`() throws {
    var dump = SocketDump(try Captures.committed.recording("refused").kernel)
    #expect(throws: NetlinkError("dump tcp sockets", .kernel(.invalid, words: nil))) {
      _ = try dump.run(SocketQuery(.tcp, states: .table), form: .byFamily) { _ in }
    }
  }

  @Test(arguments: Captures.names)
  func `a recording survives the way through its file`(_ name: String) throws {
    let recording = try Captures.committed.recording(name)
    #expect(Recording(file: recording.file) == recording)
    #expect(Recording(file: Array(recording.file.dropLast())) == nil)
  }

  @Test func `the requests that were recorded are those that would be sent today`() throws {
    for (name, query) in [
      ("tcp", SocketQuery(.tcp, states: .table)), ("udp", SocketQuery(.udp, states: .table)),
      ("bound", SocketQuery(.tcp, states: .boundInactive)),
    ] {
      var requests: [[UInt8]] = []
      var dump = SocketDump(
        FakeKernel { request in
          requests.append(request.bytes)
          return [.datagram([request.done()])]
        })
      _ = try dump.run(query) { _ in }
      #expect(try requests == [Captures.committed.recording(name).request])
    }
  }
}
