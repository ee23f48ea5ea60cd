import Glibc
import Inet
import Kernel
import KernelTestKit
import Netlink
import NetlinkTestKit
import SocketDiag
import Testing

/// Records the captures, into a folder that is thrown away, and holds them against `ss` at once. With
/// ULLAGE_RECORD_CAPTURES set they are kept (scripts/record-captures).
@Suite(.needsRoot) struct RecordCaptures {
  @Test func `what is recorded now counts as ss counts now`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let population = try Population(namespace)
        let folder = try CaptureFolder()
        defer { folder.discard() }
        try folder.record("tcp", SocketQuery(.tcp, states: .table))
        try folder.list("tcp", "-t")
        try folder.record("udp", SocketQuery(.udp, states: .table))
        try folder.list("udp", "-u")
        try folder.record("bound", SocketQuery(.tcp, states: .boundInactive))
        try folder.recordRefusal()
        withExtendedLifetime(population) {}
        let captures = Captures(folder: folder.path)
        for (name, transport) in [("tcp", TransportProtocol.tcp), ("udp", .udp)] {
          #expect(
            try captures.recordedCounts(name, transport) == captures.stateCounts(name), "\(name)")
        }
      }
    }
  }
}

/// Where captures are written: beside the tests, or a folder that goes with this process's temporaries.
private struct CaptureFolder {
  let path: String

  init() throws {
    // SAFETY: getenv returns NULL or a string; only its being there matters.
    if unsafe getenv("ULLAGE_RECORD_CAPTURES") != nil {
      path = Captures.committed.folder
      return
    }
    var template = Array("/tmp/ullage-captures-\(String(repeating: "X", count: 6))".utf8CString)
    // SAFETY: mkdtemp writes within the template.
    guard unsafe mkdtemp(&template) != nil else {
      throw SystemCallError("make", "a folder for captures", Errno.last)
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes the folder, unless it is the one to keep.
  func discard() {
    guard path != Captures.committed.folder else { return }
    _ = try? Command.run(["/bin/rm", "-r", path], output: "/dev/null")
  }

  func record(_ name: String, _ query: SocketQuery) throws {
    var last: Recording?
    var dump = SocketDump(
      RecordingTransport(try NetlinkSocket.socketDiagnostics()) { last = $0 })
    _ = try dump.run(query) { _ in }
    try write(try #require(last), name)
  }

  /// What the kernel says to a bytecode that jumps past its end.
  func recordRefusal() throws {
    var last: Recording?
    var conversation = Conversation(
      RecordingTransport(try NetlinkSocket.socketDiagnostics()) { last = $0 })
    var request = Request(
      type: MessageType(rawValue: 20), flags: [.request, .dump],
      sequence: conversation.nextSequence(),
      payload: [2, 6, 0, 0, 0xff, 0x0f, 0, 0] + Array(repeating: 0, count: 48))
    request.appendAttribute(1, [1, 4, 16, 0])
    try conversation.start(request, operation: "be refused")
    do throws(NetlinkError) {
      while try conversation.receive({ _ in }) {}
    } catch {
      #expect(error.errno == .invalid)
    }
    try write(try #require(last), "refused")
  }

  func list(_ name: String, _ protocolFlag: String) throws {
    let status = try Command.run(
      ["/bin/sh", "-c", "exec ss -H -a -n \(protocolFlag)"], output: "\(path)/\(name).ss")
    #expect(status == 0)
  }

  private func write(_ recording: Recording, _ name: String) throws {
    let file = "\(path)/\(name).nl"
    // A command without output makes the file for Descriptor to open.
    _ = try Command.run(["/bin/sh", "-c", ":"], output: file)
    let descriptor = try Descriptor(opening: file, flags: O_WRONLY)
    try ByteStream(descriptor: descriptor.number).write(recording.file)
  }
}
