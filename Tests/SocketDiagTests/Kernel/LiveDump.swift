import Inet
import Netlink
import SocketDiag

/// All rows of the calling thread's namespace that `query` brings.
func liveRows(
  _ query: SocketQuery, form: RequestForm = .legacy
) throws(NetlinkError) -> [RowValues] {
  var dump = try SocketDump()
  var rows: [RowValues] = []
  _ = try dump.run(query, form: form) { (replies) throws(NetlinkError) in
    while let row = try replies.nextRow() { rows.append(RowValues(row)) }
  }
  return rows
}

extension [RowValues] {
  /// The states of the sockets at `port`, minisocks marked, in order.
  func states(at port: UInt16) -> [String] {
    filter { $0.sourcePort == port }
      .map { row in
        (SocketState(rawValue: row.rawState)?.name ?? "\(row.rawState)")
          + (row.isMinisock ? " minisock" : "")
      }.sorted()
  }
}
