import Glibc
import Kernel
import KernelTestKit
import OutputTestKit
import Testing

/// `--netns all` as people and programs call it.
@Suite(.needsRoot) struct AllNamespacesTests {
  @Test func `the document has every namespace, counted or bounded`() throws {
    let made = [try NamedNamespace(), try NamedNamespace()]
    let run = try Program.built("ullage", ["--netns", "all", "--json"]).run()
    #expect(run.end == .status(0), "\(run.message)")
    for namespace in made { #expect(run.text.contains("{\"name\":\"\(namespace.name)\"")) }
    #expect(run.text.contains("\"method\":\"bound\""))
    let faults = try DocumentSchema("ullage.snapshot-1").faults(run.output)
    #expect(faults == nil, "\(faults ?? "")")
    let redacted = try Program.built("ullage", ["--netns", "all", "--json", "--redact"]).run()
    for namespace in made { #expect(!redacted.text.contains(namespace.name)) }
  }

  @Test func `the page folds what is quiet into a line`() throws {
    let made = [try NamedNamespace(), try NamedNamespace(), try NamedNamespace()]
    let run = try Program.built("ullage", ["--netns", "all"]).run()
    #expect(run.end == .status(0) && run.message == "")
    #expect(
      run.text.contains("NAMESPACE") && run.text.contains("more namespaces, none of which can"))
    #expect(!run.text.contains(made[0].name))
  }

  @Test func `others see their own namespace, and what the rest would need`() throws {
    let made = try NamedNamespace()
    let run = try Program.built("ullage", ["--netns", "all", "--json"]).unprivileged.run()
    #expect(run.end == .status(0), "\(run.message)")
    #expect(run.text.contains("\"name\":\"host\"") && run.text.contains("\"method\":\"dump\""))
    #expect(run.text.contains("namespaces_refused") && run.text.contains("CAP_SYS_ADMIN"))
    #expect(run.text.contains("processes_hidden") && run.text.contains("CAP_SYS_PTRACE"))
    #expect(run.text.contains("{\"name\":\"\(made.name)\""))
    let faults = try DocumentSchema("ullage.snapshot-1").faults(run.output)
    #expect(faults == nil, "\(faults ?? "")")
  }

  @Test(arguments: [["owners", "--by", "user"], ["sockets", "--protocol", "tcp"]])
  func `others are told what owners and sockets of all would need`(_ arguments: [String]) throws {
    let made = try NamedNamespace()
    let program = Program.built("ullage", arguments + ["--netns", "all"])
    let run = try program.unprivileged.run()
    #expect(run.text.contains("CAP_SYS_ADMIN") || run.message.contains("CAP_SYS_ADMIN"), "\(run)")
    #expect(run.end == .status(0) || run.end == .status(2), "\(run.end) \(run.message)")
    withExtendedLifetime(made) {}
  }

  @Test(arguments: ["history", "live", "check"])
  func `where one namespace is wanted, all are refused`(_ command: String) throws {
    let run = try Program.built("ullage", [command, "--netns", "all"]).run()
    #expect(run.end == .status(command == "check" ? 3 : 64))
    #expect(run.message.contains("name one") || run.text.contains("name one"))
  }
}

/// A namespace that `ip netns` keeps under a name, removed when it is forgotten.
private final class NamedNamespace {
  let name = "ullage-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"

  init() throws {
    let added = try Program("/usr/bin/env", ["ip", "netns", "add", name]).run()
    try #require(added.end == .status(0), "\(added.message)")
  }

  deinit { _ = try? Program("/usr/bin/env", ["ip", "netns", "delete", name]).run() }
}
