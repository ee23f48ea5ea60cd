import HostFacts
import Testing

@testable import ullage

/// What a collector says of the namespaces that it may not enter, or not find.
@Suite struct FleetPermissionTests {
  private static func permission(_ capabilities: [Capability]) -> FleetPermission {
    FleetPermission(
      CapabilitySet(rawValue: capabilities.reduce(0) { $0 | 1 << UInt64($1.rawValue) }))
  }

  @Test func `with everything nothing is said`() {
    let all = Self.permission([.sysAdmin, .sysPtrace])
    #expect(all.allowsOthers && all.limitation(own: "host") == nil)
  }

  @Test func `without the right to enter its own is collected, and the grant is named`() throws {
    let none = Self.permission([.perfmon, .sysPtrace])
    #expect(!none.allowsOthers)
    let text = try #require(none.limitation(own: "web"))
    #expect(text.hasPrefix("only the web namespace is collected") && text.contains("CAP_SYS_ADMIN"))
    #expect(text.contains("--netns own"))
  }

  @Test func `without the right to look at processes others are collected, and that is said`() {
    let some = Self.permission([.sysAdmin])
    #expect(some.allowsOthers)
    #expect(some.limitation(own: "host")?.contains("CAP_SYS_PTRACE") == true)
  }

  @Test func `where capabilities cannot be read each attempt tells`() {
    #expect(FleetPermission(nil).allowsOthers && FleetPermission(nil).limitation(own: "x") == nil)
  }
}
