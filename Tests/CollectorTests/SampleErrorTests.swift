import Collector
import Kernel
import Netlink
import Testing

/// Messages say what was tried, on what, what came back and what to do.
@Suite struct SampleErrorTests {
  @Test func aForbiddenNamespaceSaysWhichPrivilegeIsMissing() {
    let error = SampleError.system(
      SystemCallError("enter", "network namespace /run/netns/web", .notPermitted))
    #expect(
      error.description
        == "cannot enter network namespace /run/netns/web: operation not permitted (EPERM 1); "
        + "entering another network namespace needs CAP_SYS_ADMIN: run as root")
  }

  @Test func aProcessThatIsGoneIsCalledSo() {
    let error = SampleError.system(SystemCallError("open", "/proc/4711/ns/net", .noEntry))
    #expect(
      error.description
        == "cannot open /proc/4711/ns/net: no such file or directory (ENOENT 2); no such process")
  }

  @Test(arguments: [
    (
      NetlinkError.Cause.system(.protocolNotSupported),
      "protocol not supported (EPROTONOSUPPORT 93); this kernel has no sock_diag (CONFIG_INET_DIAG)"
    ),
    (
      .system(.permissionDenied),
      "permission denied (EACCES 13); something forbids netlink here: a seccomp profile or "
        + "RestrictAddressFamilies without AF_NETLINK"
    ),
    (
      .system(.noBufferSpace),
      "no buffer space available (ENOBUFS 105); the kernel had no memory for a batch; try again"
    ),
  ]) func netlinkErrorsComeWithAdvice(cause: NetlinkError.Cause, text: String) {
    #expect(
      SampleError.netlink(NetlinkError("open a sock_diag socket", cause)).description
        == "cannot open a sock_diag socket: \(text)")
  }
}
