// The calls that need GNU extensions or headers outside Swift's Glibc module.
#include "CKernel.h"

#include <sched.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

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

int CKernel_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int CKernel_lock_exclusively(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

int CKernel_unlock(int descriptor) { return flock(descriptor, LOCK_UN); }
