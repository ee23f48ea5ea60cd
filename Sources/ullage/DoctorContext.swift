import Collector
import HostFacts
import Kernel
import Rendering

/// What decides which facts can be had: the kernel, the user and its powers.
struct DoctorContext: Sendable {
  let kernel: KernelVersion
  let userID: UInt32
  let capabilities: CapabilitySet
  let isHostUserNamespace: Bool?
  let namespace: NamespaceIdentity

  /// This process, in the calling thread's namespace. What cannot be read is no power.
  static func current(_ namespace: NamespaceIdentity) -> DoctorContext {
    let capabilities = try? CapabilitySet.effective()
    return DoctorContext(
      kernel: .running(), userID: Credentials.userID,
      capabilities: capabilities ?? CapabilitySet(rawValue: 0),
      isHostUserNamespace: CapabilityScope.isHost(), namespace: namespace)
  }

  /// The capabilities held that this program has a use for, as setcap(8) has them.
  var held: [String] {
    Capability.allCases.filter { capabilities.contains($0) }.map(\.name).sorted()
  }

  /// Whether this namespace is within what our capabilities reach: it belongs to the host, and so do we,
  /// or to our user namespace. Entering it again needs just that.
  var reachesNamespace: Bool {
    if isHostUserNamespace != false { return true }
    do throws(SystemCallError) {
      try inNamespace(try NetworkNamespace.current()) {}
      return true
    } catch {
      return false
    }
  }

  /// Whether a capability counts for what belongs to the whole host.
  func has(_ capability: Capability) -> Bool {
    capabilities.contains(capability) && isHostUserNamespace != false
  }

  /// The capabilities of `wanted` that do not count, or are not held.
  func lacking(_ wanted: [Capability]) -> [Capability] { wanted.filter { !has($0) } }

  /// What gives the lacking ones of `wanted`; nil where none is lacking.
  func need(_ wanted: [Capability], besides text: String? = nil) -> DoctorReport.Need? {
    let lacking = lacking(wanted).map(\.name)
    let others = text.map { [$0] } ?? []
    guard !lacking.isEmpty else {
      return text.map { DoctorReport.Need($0) }
    }
    let names = lacking.map { $0.uppercased() }
    let words = (names + others).joined(separator: " and ")
    if isHostUserNamespace == false {
      return DoctorReport.Need("\(words), in the host's user namespace: run outside of this one")
    }
    return DoctorReport.Need(
      words, capabilities: lacking,
      command: DoctorReport.setcap(held: held, lacking, userID: userID))
  }

  /// What a later kernel gives.
  func need(kernel version: KernelVersion) -> DoctorReport.Need {
    DoctorReport.Need("Linux \(version) or later; this is \(kernel)")
  }
}
