internal import Inet
internal import Kernel
public import Netlink

/// Dumps sockets over one transport: sends a query, lends the rows, falls back where refused.
///
///     var dump = SocketDump(try NetlinkSocket.socketDiagnostics())
///     let report = try dump.run(SocketQuery(.tcp, states: .table)) { rows throws(NetlinkError) in
///       while let row = try rows.nextRow() { … }
///     }
///
/// One receive buffer for its life; no allocation per row or datagram. A dump is no snapshot: the
/// kernel walks bucket by bucket, so a socket may be repeated or missed while tables move.
public struct SocketDump<Transport: DatagramTransport & ~Copyable>: ~Copyable {
  private var conversation: Conversation<Transport>

  /// A dump over `transport`, which it owns.
  public init(_ transport: consuming Transport) { conversation = Conversation(transport) }

  /// What a dump took, besides its rows.
  public typealias Report = DumpReport

  /// Runs `query` in `form`, lending each datagram's rows to `body`.
  ///
  /// Throws what the kernel refuses: ENOENT when tcp_diag or udp_diag is not there. `body` may be
  /// called for rows that the filter excludes wherever the kernel could not decide it.
  public mutating func run(
    _ query: SocketQuery, form: RequestForm = .legacy,
    _ body: (inout ReplyCursor) throws(NetlinkError) -> Void
  ) throws(NetlinkError) -> Report {
    var report = Report(form: form)
    if form == .legacy {
      do throws(NetlinkError) {
        try walk(query, .legacy, .ipv4, &report, body)
        return report
      } catch {
        // Only a refusal before the first row may be asked again in the other form.
        guard !conversation.hasYielded, error.isRefusal else { throw error }
        report = Report(form: .byFamily)
        report.fellBack = true
      }
    }
    for family in AddressFamily.allCases {
      do throws(NetlinkError) {
        try walk(query, .byFamily, family, &report, body)
      } catch {
        guard family == .ipv6, !conversation.hasYielded, error.errno == .noEntry else {
          throw error
        }
        report.missingFamilies.append(family)
      }
    }
    return report
  }

  /// The cookie of the namespace that is dumped; nil before Linux 5.14.
  public var namespaceCookie: UInt64? { conversation.transport.namespaceCookie }

  private mutating func walk(
    _ query: SocketQuery, _ form: RequestForm, _ family: AddressFamily, _ report: inout Report,
    _ body: (inout ReplyCursor) throws(NetlinkError) -> Void
  ) throws(NetlinkError) {
    let request = query.request(form, family: family, sequence: conversation.nextSequence())
    try conversation.start(request, operation: query.operation)
    while true {
      let goesOn = try conversation.receive(body)
      report.datagramCount += 1
      if conversation.wasInterrupted { report.wasInterrupted = true }
      if !goesOn { return }
    }
  }
}

extension SocketDump where Transport == NetlinkSocket {
  /// A dump over a fresh socket in the calling thread's network namespace.
  public init() throws(NetlinkError) { self.init(try NetlinkSocket.socketDiagnostics()) }
}

extension NetlinkError {
  /// Whether the kernel said that it does not know this kind of request at all.
  var isRefusal: Bool {
    guard case .kernel(let errno, words: _) = cause else { return false }
    return [.noEntry, .invalid, .notSupported, .protocolNotSupported].contains(errno)
  }
}
