import Glibc

extension ByteStream {
  /// Takes descriptors 0 to 2 where the caller left them closed, before anything else can get them.
  ///
  /// Otherwise the first netlink socket would be number 1, and what goes to standard output would go
  /// to the kernel. /dev/null is opened for reading, so that writing still fails (EBADF).
  public static func reserveStandardDescriptors() {
    for number: Int32 in 0...2 where fcntl(number, F_GETFD) < 0 {
      // SAFETY: the path is a constant; the lowest free number is this one, and it stays open.
      _ = unsafe open("/dev/null", O_RDONLY)
    }
  }
}
