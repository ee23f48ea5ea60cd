public import Inet
public import Owners

/// Sockets, one row each, as a table, CSV or the document `ullage.sockets/1`: written in pieces,
/// because there may be a million.
public struct SocketListing {
  /// How it is written.
  public enum Format: Hashable, Sendable {
    /// Aligned for people.
    case table
    /// RFC 4180, with a header line and a line feed at each line's end.
    case csv
    /// One JSON document on one line.
    case json
  }

  private let format: Format
  private var names: Names
  private var bytes: [UInt8] = []
  private var json = JSONWriter()
  /// Whether each row says in which namespace it is.
  private let namesNamespaces: Bool
  /// The rows written so far.
  public private(set) var count = 0

  /// A listing of sockets of `host`, seen at `takenAtNanoseconds` in the namespace `namespace`; nil: of all
  /// namespaces, each row with its own.
  public init(
    _ format: Format, host: String, namespace: String?, takenAtNanoseconds: UInt64,
    names: Names = Names()
  ) {
    self.format = format
    self.names = names
    namesNamespaces = namespace == nil
    switch format {
    case .table:
      if namesNamespaces { bytes += "NAMESPACE            ".utf8 }
      bytes +=
        "PROTO  STATE           LOCAL                    REMOTE                   "
        .utf8
      bytes += "USER      INODE     LEFT    CGROUP                   PROCESS\n".utf8
    case .csv:
      bytes +=
        ((Self.keys + (namesNamespaces ? ["namespace"] : [])).joined(separator: ",") + "\n").utf8
    case .json:
      json.open("{")
      json.member("schema", "ullage.sockets/1")
      json.member("host", self.names.host(host))
      json.member("namespace", namespace.map { self.names.namespace($0) })
      json.member("taken_at", Timestamp.rfc3339(nanoseconds: takenAtNanoseconds))
      json.key("sockets")
      json.open("[")
    }
  }

  /// The keys of a socket, in CSV the columns.
  static let keys = [
    "protocol", "state", "source", "source_port", "destination", "destination_port", "mapped",
    "interface", "uid", "inode", "cgroup_id", "cookie", "expires_ms", "receive_queue",
    "send_queue", "user", "cgroup", "pids", "command",
  ]

  /// Adds one socket, and who holds it; of the namespace called `namespace`, in a listing of all.
  public mutating func append(
    _ socket: SocketRecord, of owner: SocketOwner = SocketOwner(), in namespace: String? = nil
  ) {
    count += 1
    let namespace = namesNamespaces ? names.namespace(namespace ?? "") : nil
    switch format {
    case .table: appendLine(socket, owner, namespace)
    case .csv: appendCSV(socket, owner, namespace)
    case .json: appendJSON(socket, owner, namespace)
    }
  }

  /// The bytes written since the last call.
  public mutating func take() -> [UInt8] {
    if format == .json { return json.take() }
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  /// The number of bytes that `take` would return.
  public var pendingByteCount: Int { format == .json ? json.bytes.count : bytes.count }

  /// Ends the listing; nothing may be appended after. `missing` says what could not be looked at, `notes` what could
  /// not be seen of owners.
  public mutating func finish(missing: [String] = [], notes: [OwnerNote] = []) {
    guard format == .json else { return }
    json.close("]")
    json.array("flags") { json in
      for note in missing.map({ OwnerNote("sockets_missing", $0) }) + notes {
        json.object { json in
          json.member("id", note.id)
          json.member("text", note.text)
        }
      }
    }
    json.member("count", count)
    json.close("}")
    json.endLine()
  }

  private mutating func appendJSON(
    _ socket: SocketRecord, _ owner: SocketOwner, _ namespace: String?
  ) {
    let source = names.text(socket.source), destination = names.text(socket.destination)
    json.object { json in
      json.member("protocol", socket.transport.name)
      json.member("state", socket.state?.name)
      json.member("source", source)
      json.member("source_port", socket.sourcePort)
      json.member("destination", destination)
      json.member("destination_port", socket.destinationPort)
      json.member("mapped", socket.isMapped)
      json.member("interface", socket.interface == 0 ? nil : socket.interface)
      json.member("uid", socket.uid)
      json.member("inode", socket.inode)
      json.member("cgroup_id", socket.cgroupID)
      json.member("cookie", socket.cookie)
      json.member("expires_ms", socket.expiresMilliseconds)
      json.member("receive_queue", socket.receiveQueue)
      json.member("send_queue", socket.sendQueue)
      json.member("user", owner.user.map { names.owner($0) })
      json.member("cgroup", owner.cgroup.map { names.freeText($0) })
      if let processes = owner.processes {
        json.array("pids") { json in for process in processes { json.integer(process.id) } }
      } else {
        json.null("pids")
      }
      json.member("command", owner.processes?.first?.command.map { names.freeText($0) })
      if let namespace { json.member("namespace", namespace) }
    }
  }

  private mutating func appendCSV(
    _ socket: SocketRecord, _ owner: SocketOwner, _ namespace: String?
  ) {
    func field(_ number: (some BinaryInteger)?) {
      bytes.append(UInt8(ascii: ","))
      if let number { bytes.appendDecimal(UInt64(number)) }
    }
    bytes += socket.transport.name.utf8
    bytes.append(UInt8(ascii: ","))
    bytes += (socket.state?.name ?? "").utf8
    bytes.append(UInt8(ascii: ","))
    names.append(socket.source, to: &bytes)
    field(socket.sourcePort)
    bytes.append(UInt8(ascii: ","))
    names.append(socket.destination, to: &bytes)
    field(socket.destinationPort)
    bytes += (socket.isMapped ? ",true" : ",false").utf8
    field(socket.interface == 0 ? nil : socket.interface)
    field(socket.uid)
    field(socket.inode)
    field(socket.cgroupID)
    field(socket.cookie)
    field(socket.expiresMilliseconds)
    field(socket.receiveQueue)
    field(socket.sendQueue)
    for text in [
      owner.user.map { names.owner($0) }, owner.cgroup.map { names.freeText($0) },
      owner.processes.map { $0.map { String($0.id) }.joined(separator: ";") },
      owner.processes?.first?.command.map { names.freeText($0) },
    ] {
      bytes.append(UInt8(ascii: ","))
      if let text { bytes += CSVField.quoted(text).utf8 }
    }
    if let namespace { bytes += ",\(CSVField.quoted(namespace))".utf8 }
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func appendLine(
    _ socket: SocketRecord, _ owner: SocketOwner, _ namespace: String?
  ) {
    var line = ""
    func cell(_ text: String, _ width: Int) {
      line += text + String(repeating: " ", count: max(1, width - text.count + 1))
    }
    if let namespace { cell(TextWrap.printable(namespace), 20) }
    cell(socket.transport.name, 6)
    cell(socket.state?.name ?? "?", 15)
    cell(names.endpoint(socket.source, socket.sourcePort), 24)
    let isConnected = socket.destinationPort != 0 || !socket.destination.isWildcard
    cell(isConnected ? names.endpoint(socket.destination, socket.destinationPort) : "*", 24)
    cell(owner.user.map { names.owner($0) } ?? socket.uid.map(String.init) ?? "-", 9)
    cell(socket.inode.map(String.init) ?? "-", 9)
    let expires = socket.expiresMilliseconds
    cell(expires.map { "\($0 / 1000).\($0 / 100 % 10) s" } ?? "", 7)
    cell(owner.cgroupName.map { TextWrap.printable(names.owner($0)) } ?? "-", 24)
    if let processes = owner.processes {
      let first = processes.first.map { TextWrap.printable(names.owner($0.name)) }
      line += first ?? (socket.inode == nil ? "-" : "(not seen)")
      if processes.count > 1 { line += " +\(processes.count - 1)" }
    }
    while line.last == " " { line.removeLast() }
    bytes += line.utf8
    bytes.append(UInt8(ascii: "\n"))
  }
}
