import ArgumentParser
import Collector
import Console
import HostFacts
import Kernel

/// Which one network namespace to look at.
struct NamespaceOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Another network namespace: a name of `ip netns` or of `ullage ring list`, or a process id. To go inside takes CAP_SYS_ADMIN, to read its ring nothing.",
      valueName: "name|pid"))
  var netns: String?

  /// What `NamespacesOption` takes for all of them.
  static let all = "all"

  func validate() throws {
    guard let netns else { return }
    if netns == Self.all {
      throw ValidationError(
        "--netns all is for the snapshot, explain, owners, sockets and collect; name one here.")
    }
    if netns.isEmpty || netns.contains("/") || netns.hasPrefix(".") {
      throw ValidationError("--netns takes a name of `ip netns` or a process id, not '\(netns)'.")
    }
  }

  /// Runs `body` in the namespace, on a thread of its own if it is not ours, with its identity.
  func run(
    _ body: @escaping @Sendable (NamespaceIdentity) -> Result<Outcome, Failure>
  ) throws {
    let result: Result<Outcome, Failure>
    do throws(SystemCallError) {
      if let netns {
        let (namespace, identity) = try Self.open(netns)
        result = try inNamespace(namespace) { body(identity) }
      } else {
        result = body(try NamespaceIdentity.current())
      }
    } catch {
      throw Failure(SampleError.system(error)).report()
    }
    try result.end()
  }

  /// The namespace to enter, nil for our own, and how it is called.
  func resolve() throws(SystemCallError) -> (NetworkNamespace?, NamespaceIdentity) {
    guard let netns else { return (nil, try NamespaceIdentity.current()) }
    let (namespace, identity) = try Self.open(netns)
    return (namespace, identity)
  }

  private static func open(
    _ text: String
  ) throws(SystemCallError) -> (NetworkNamespace, NamespaceIdentity) {
    let failure: SystemCallError
    do throws(SystemCallError) {
      let namespace = try NetworkNamespace.named(text)
      return (
        namespace, NamespaceIdentity(name: text, inode: namespace.inode, cookie: namespace.cookie)
      )
    } catch {
      failure = error
    }
    guard failure.errno == .noEntry else { throw failure }
    if let found = found(text) { return found }
    guard let pid = Int32(text), pid > 0 else { throw failure }
    let namespace = try NetworkNamespace.ofProcess(pid)
    return (
      namespace,
      NamespaceIdentity(
        name: "pid:\(pid)", inode: namespace.inode, cookie: namespace.cookie
      )
    )
  }

  /// A namespace by the name that a snapshot of all gives it: "netns:4026532200", a container's; nil when
  /// there is none.
  private static func found(_ name: String) -> (NetworkNamespace, NamespaceIdentity)? {
    guard Int32(name) == nil else { return nil }
    do throws(SystemCallError) {
      var inventory = NamespaceInventory.named()
      try inventory.refresh()
      guard
        let entry = inventory.entries.first(where: { $0.name == name })
          ?? inventory.entries.first(where: { $0.registeredNames.contains(name) }),
        let namespace = try entry.open()
      else { return nil }
      return (
        namespace, NamespaceIdentity(name: name, inode: namespace.inode, cookie: namespace.cookie)
      )
    } catch {
      return nil
    }
  }
}
