import Kernel
import Testing

@Suite struct ErrnoTests {
  @Test(arguments: [
    (Errno.notPermitted, "operation not permitted (EPERM 1)"),
    (.noEntry, "no such file or directory (ENOENT 2)"),
    (.permissionDenied, "permission denied (EACCES 13)"),
    (.invalid, "invalid argument (EINVAL 22)"),
    (.protocolNotSupported, "protocol not supported (EPROTONOSUPPORT 93)"),
    (.notSupported, "operation not supported (EOPNOTSUPP 95)"),
    (.noBufferSpace, "no buffer space available (ENOBUFS 105)"),
    (Errno(rawValue: 73), "RFS specific error (EDOTDOT 73)"),
    (Errno(rawValue: 4711), "unknown error (errno 4711 4711)"),
  ])
  func `an errno is written with words, name and number`(_ errno: Errno, _ text: String) {
    #expect(errno.description == text)
  }

  @Test func `a failed system call says what was tried on what`() {
    #expect(
      SystemCallError("open", "/run/netns/web", .noEntry).description
        == "cannot open /run/netns/web: no such file or directory (ENOENT 2)")
  }
}
