import Inet
import Netlink
import SocketDiag

func count() throws {
  var dump = try SocketDump()
  var rows = 0
  let report = try dump.run(SocketQuery(.tcp, states: .table)) { replies throws(NetlinkError) in
    while let row = try replies.nextRow() {
      rows += 1
      if rows < 5 { print(row.source, row.sourcePort, row.destination, row.destinationPort, row.rawState) }
    }
  }
  print(rows, report)
}
try count()
