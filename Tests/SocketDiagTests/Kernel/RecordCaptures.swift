import Glibc
import Inet
import Kernel
import KernelTestKit
import Netlink
import NetlinkTestKit
import SocketDiag
import Testing

/// Not a test: records the captures anew. Captures/README.md says how.
@Suite(.enabled(if: isRecording, "records captures; set ULLAGE_RECORD_CAPTURES=1"))
struct RecordCaptures {
  @Test func `the captures are recorded`() async {
    await #expect(processExitsWith: .success) {
      inFreshNamespace { namespace in
        let population = try Population(namespace)
        try record("tcp", SocketQuery(.tcp, states: .table))
        try list("tcp", "-t")
        try record("udp", SocketQuery(.udp, states: .table))
        try list("udp", "-u")
        try record("bound", SocketQuery(.tcp, states: .boundInactive))
        try recordRefusal()
        withExtendedLifetime(population) {}
      }
    }
  }
}

/// Whether the environment asks for new captures.
// SAFETY: getenv returns NULL or a string; only its being there matters.
private let isRecording = unsafe getenv("ULLAGE_RECORD_CAPTURES") != nil

private func record(_ name: String, _ query: SocketQuery) throws {
  var last: Recording?
  var dump = SocketDump(
    RecordingTransport(try NetlinkSocket.socketDiagnostics()) { last = $0 })
  _ = try dump.run(query) { _ in }
  try write(try #require(last), name)
}

/// What the kernel says to a bytecode that jumps nowhere.
private func recordRefusal() throws {
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

private func write(_ recording: Recording, _ name: String) throws {
  let path = "\(Captures.folder)/\(name).nl"
  // The file must be there for Descriptor to open it.
  _ = try Command.run(["/bin/true"], output: path)
  let file = try Descriptor(opening: path, flags: O_WRONLY)
  try ByteStream(descriptor: file.number).write(recording.file)
}

private func list(_ name: String, _ protocolFlag: String) throws {
  let status = try Command.run(
    ["/usr/bin/ss", "-H", "-a", "-n", protocolFlag], output: "\(Captures.folder)/\(name).ss")
  #expect(status == 0)
}
