import Kernel
import Testing

@Suite struct KernelVersionTests {
  static let releases: [(String, KernelVersion?)] = [
    ("6.18.44-generic", KernelVersion(6, 18, 44)), ("5.4.0", KernelVersion(5, 4)),
    ("4.19", KernelVersion(4, 19)), ("6.8-rc3", KernelVersion(6, 8)),
    ("6.17.8+", KernelVersion(6, 17, 8)), ("6.12.0-55.el10", KernelVersion(6, 12)),
    ("5.15.", KernelVersion(5, 15)), ("6.99999999999999999999", nil),
    ("", nil), ("6", nil), ("6.", nil), ("6-1.2", nil), ("v6.1", nil), ("linux", nil),
    (".6.1", nil),
  ]

  @Test(arguments: releases)
  func `a release is two or three numbers`(_ release: String, _ version: KernelVersion?) {
    #expect(KernelVersion(release: release) == version)
  }

  @Test func `versions compare number by number`() {
    #expect(KernelVersion(5, 9) < KernelVersion(5, 14))
    #expect(KernelVersion(5, 19) < KernelVersion(6, 0))
    #expect(KernelVersion(6, 17, 7) < KernelVersion(6, 17, 8))
    #expect(KernelVersion(6, 17, 80) < KernelVersion(6, 18))
    #expect(KernelVersion.running() > KernelVersion(2, 6))
    #expect(KernelVersion(6, 18).description == "6.18")
  }
}
