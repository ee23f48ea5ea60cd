// The calls that need GNU extensions or headers outside Swift's Glibc module.
#include "CKernel.h"

#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
_Static_assert(SO_NETNS_COOKIE == 71, "SO_NETNS_COOKIE");

const char *CKernel_strerrorname(int number) { return strerrorname_np(number); }

const char *CKernel_strerrordesc(int number) { return strerrordesc_np(number); }

int CKernel_setns_net(int descriptor) { return setns(descriptor, CLONE_NEWNET); }

int CKernel_unshare_net(void) { return unshare(CLONE_NEWNET); }

int CKernel_netns_cookie(int descriptor, uint64_t *cookie) {
  socklen_t length = sizeof *cookie;
  return getsockopt(descriptor, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &length);
}

int CKernel_window_size(int descriptor, uint16_t *columns, uint16_t *rows) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}

int CKernel_memory_file(const void *bytes, size_t count) {
  int descriptor = memfd_create("ullage", MFD_CLOEXEC);
  if (descriptor < 0) return -1;
  for (size_t offset = 0; offset < count;) {
    ssize_t written = write(descriptor, (const char *)bytes + offset, count - offset);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      int number = errno;
      close(descriptor);
      errno = number;
      return -1;
    }
    offset += (size_t)written;
  }
  lseek(descriptor, 0, SEEK_SET);
  return descriptor;
}

char **CKernel_environment(void) { return environ; }
