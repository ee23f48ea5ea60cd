import Inet
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// `ullage doctor` from the outside: as root, as nobody, and with what it says would help.
@Suite(.needsRoot) struct DoctorCommandTests {
  private static let capabilities = [
    "cap_dac_read_search", "cap_net_admin", "cap_perfmon", "cap_sys_admin", "cap_sys_ptrace",
  ]
  private static let doctor = Program.built("ullage", ["doctor", "--json"])

  /// `program` with a tracefs of its own, which nobody else sees.
  private static func withTracing(_ program: Program) -> Program {
    var result = program
    result.path = "/usr/bin/unshare"
    let script = """
      umount -a -t tracefs 2>/dev/null
      mount -t tracefs tracefs /sys/kernel/tracing && exec "$0" "$@"
      """
    result.arguments = ["--mount", "/bin/sh", "-c", script, program.path] + program.arguments
    return result
  }

  /// The doctor as nobody, its file having been given what `grant`, a setcap command, says.
  private static func granted(_ grant: String) -> Program {
    var result = doctor
    result.path = "/bin/sh"
    let script = """
      folder=$(mktemp -d) && chmod 755 "$folder" && cp "$1" "$folder/ullage" || exit 99
      sudo() { "$@"; }
      PATH="$folder:$PATH"
      eval "$2" || exit 98
      setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all -- \
        "$folder/ullage" doctor --json
      status=$?
      rm -r "$folder"
      exit $status
      """
    result.arguments = ["-c", script, "sh", doctor.path, grant]
    return result
  }

  /// Runs a command twice: without tracefs, and after the one that it says would mount it.
  private static let mounting = """
    umount -a -t tracefs 2>/dev/null
    sudo() { "$@"; }
    first=$("$0" "$@") || exit
    printf '%s\\n' "$first"
    fact=${first#*'"id":"failed_connects"'}
    command=${fact#*'"command":"'}
    eval "${command%%'"'*}" && exec "$0" "$@"
    """

  @Test func `as root each fact is there, or says why not`() throws {
    let run = try Self.withTracing(Self.doctor).run()
    #expect(run.end == .status(0), "\(run.message)")
    let document = DoctorText(run.text)
    #expect(document.ids.count >= 24)
    for id in document.ids {
      let fact = document.fact(id)
      #expect(fact.contains("\"state\":\"yes\"") || fact.contains("\"found\":\""), "\(fact)")
      if !fact.contains("\"state\":\"yes\""), !fact.contains("\"state\":\"absent\"") {
        #expect(fact.contains("\"need\":{\"text\":\""), "\(fact)")
      }
    }
    for id in [
      "tcp_sockets", "port_range", "udp_sockets", "counters", "one_walk", "kernel_filters",
      "timer_tick", "release_phase", "failed_connects", "probe", "marks",
    ] {
      #expect(document.isYes(id), "\(document.fact(id))")
    }
    let page = try ullage(["doctor"])
    #expect(page.end == .status(0))
    for line in page.text.split(separator: "\n") where !line.contains("sudo ") {
      #expect(line.count <= 80, "\(line)")
    }
  }

  @Test func `nobody gets what needs no power, and is told of the rest`() throws {
    let run = try Self.withTracing(Self.doctor.unprivileged).run()
    #expect(run.end == .status(0), "\(run.message)")
    #expect(run.message == "")
    let faults = try DocumentSchema("ullage.doctor-1").faults(run.output)
    #expect(faults == nil, "\(faults ?? "")")
    let document = DoctorText(run.text)
    #expect(run.text.contains("\"user\":{\"id\":65534,\"capabilities\":[],"))
    for id in [
      "tcp_sockets", "port_range", "udp_sockets", "counters", "one_walk", "kernel_filters",
      "timer_tick",
    ] {
      #expect(document.isYes(id), "\(document.fact(id))")
    }
    for (id, names) in [
      ("probe", ["net_admin"]), ("blocked_ports", ["net_admin"]), ("marks", ["net_admin"]),
      ("release_phase", ["dac_read_search"]),
      ("failed_connects", ["dac_read_search", "perfmon"]),
      ("owner_processes", ["dac_read_search", "sys_ptrace"]),
      ("other_namespaces", ["sys_admin", "sys_ptrace"]),
    ] {
      let list = names.map { "\"cap_\($0)\"" }.joined(separator: ",")
      #expect(!document.isYes(id))
      #expect(document.fact(id).contains("\"capabilities\":[\(list)]"), "\(document.fact(id))")
    }
    #expect(
      document.grant
        == "sudo setcap \(Self.capabilities.joined(separator: ","))+ep $(command -v ullage)")
  }

  @Test(arguments: [
    "probe", "blocked_ports", "marks", "release_phase", "failed_connects", "owner_processes",
    "other_namespaces",
  ]) func `what the doctor grants is what was missing`(_ id: String) throws {
    let before = DoctorText(try Self.withTracing(Self.doctor.unprivileged).run().text)
    let command = try #require(before.command(id), "\(before.fact(id))")
    let run = try Self.withTracing(Self.granted(command)).run()
    #expect(run.end == .status(0), "\(run.message)")
    let after = DoctorText(run.text)
    // A container may hide processes from everybody: then nothing that can be granted is missing.
    #expect(
      after.isYes(id) || after.fact(id).contains("\"capabilities\":[]"), "\(after.fact(id))")
    #expect(after.fact(id) != before.fact(id))
  }

  @Test func `where tracefs is not mounted, the command that mounts it is enough for root`() throws
  {
    var program = Self.doctor
    program.path = "/usr/bin/unshare"
    program.arguments = ["--mount", "/bin/sh", "-c", Self.mounting, Self.doctor.path]
    program.arguments += Self.doctor.arguments
    let run = try program.run()
    #expect(run.end == .status(0), "\(run.message)")
    let documents = run.text.split(separator: "\n").map { DoctorText(String($0)) }
    try #require(documents.count == 2)
    #expect(!documents[0].isYes("failed_connects"))
    #expect(documents[1].isYes("failed_connects"), "\(documents[1].fact("failed_connects"))")
  }

  @Test func `one command grants everything, and then as much is there as for root`() throws {
    let all = "sudo setcap \(Self.capabilities.joined(separator: ","))+ep $(command -v ullage)"
    let run = try Self.withTracing(Self.granted(all)).run()
    #expect(run.end == .status(0), "\(run.message)")
    let root = DoctorText(try Self.withTracing(Self.doctor).run().text), user = DoctorText(run.text)
    #expect(user.grant == nil)
    // Only the places for rings differ between users.
    for id in root.ids where id != "runtime_directory" && id != "collector" {
      #expect(root.isYes(id) == user.isYes(id), "\(user.fact(id))")
    }
  }

  @Test func `capabilities of another user namespace are worth nothing here, and nobody pretends`()
    throws
  {
    var program = Self.doctor
    program.path = "/usr/bin/unshare"
    program.arguments = ["--user", "--map-root-user", Self.doctor.path] + Self.doctor.arguments
    let run = try program.run()
    #expect(run.end == .status(0), "\(run.message)")
    let document = DoctorText(run.text)
    #expect(run.text.contains("\"host_user_namespace\":false"))
    for id in ["probe", "blocked_ports", "marks", "other_namespaces"] {
      #expect(!document.isYes(id), "\(document.fact(id))")
      #expect(document.fact(id).contains("run outside of this one"), "\(document.fact(id))")
    }
    // In a network namespace of its own they count.
    program.arguments.insert("--net", at: 0)
    let inner = DoctorText(try program.run().text)
    #expect(inner.isYes("probe"), "\(inner.fact("probe"))")
  }

  @Test func `root without a capability, as in a container, is told how to get it`() throws {
    for form in [["doctor"], ["doctor", "--json"]] {
      let program = Program.built("ullage", form)
      var fenced = program
      fenced.path = "/usr/bin/setpriv"
      fenced.arguments = ["--bounding-set=-net_admin", program.path] + form
      let run = try fenced.run()
      #expect(run.end == .status(0), "\(run.message)")
      if form.count == 1 {
        #expect(run.text.contains("--cap-add=NET_ADMIN\n"), "\(run.text)")
        #expect(!run.text.contains("setcap"))
      } else {
        let document = DoctorText(run.text)
        #expect(!document.isYes("probe"))
        #expect(document.fact("probe").contains("\"capabilities\":[\"cap_net_admin\"]"))
        #expect(document.grant == nil)
      }
    }
  }

  @Test func `another namespace needs the power to enter it`() throws {
    let program = Program.built("ullage", ["doctor", "--netns", "1"])
    let run = try program.unprivileged.run()
    #expect(run.end == .status(2))
    #expect(run.output.isEmpty)
    #expect(run.message.hasPrefix("ullage: cannot open /proc/1/ns/net: "))
    let own = try ullage(["doctor", "--json", "--netns", "\(Credentials.processID)"])
    #expect(own.end == .status(0))
    #expect(own.text.contains("\"namespace\":\"pid:\(Credentials.processID)\""))
  }
}

/// The facts of a document, as text.
private struct DoctorText {
  private let text: String

  init(_ text: String) { self.text = text }

  /// The facts' names.
  var ids: [String] {
    text.split(separator: "{\"id\":\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
      .filter { $0.first?.isLetter == true }
  }

  /// One fact's members.
  func fact(_ id: String) -> String {
    let facts = text.split(separator: "\"facts\":[").last ?? ""
    let found = facts.split(separator: "{\"id\":\"").first { $0.hasPrefix("\(id)\"") }
    return found.map(String.init) ?? ""
  }

  func isYes(_ id: String) -> Bool { fact(id).contains("\"state\":\"yes\"") }

  /// The command that a fact says would help.
  func command(_ id: String) -> String? { Self.value("command", in: fact(id)) }

  /// The command for everything.
  var grant: String? { Self.value("grant", in: text) }

  private static func value(_ key: String, in text: String) -> String? {
    let parts = text.split(separator: "\"\(key)\":\"")
    return parts.count > 1 ? String(parts[parts.count - 1].prefix { $0 != "\"" }) : nil
  }
}
