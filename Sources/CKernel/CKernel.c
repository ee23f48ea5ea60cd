// The calls that need GNU extensions or headers outside Swift's Glibc module.
#include "CKernel.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
_Static_assert(SO_NETNS_COOKIE == 71, "SO_NETNS_COOKIE");

const char *CKernel_strerrorname(int number) { return strerrorname_np(number); }

const char *CKernel_strerrordesc(int number) { return strerrordesc_np(number); }

int CKernel_accept_cloexec(int descriptor) {
  return accept4(descriptor, NULL, NULL, SOCK_CLOEXEC);
}

int CKernel_setns_net(int descriptor) { return setns(descriptor, CLONE_NEWNET); }

int CKernel_unshare_net(void) { return unshare(CLONE_NEWNET); }

// NS_GET_ID of include/uapi/linux/nsfs.h: _IOR(0xb7, 13, __u64), newer than most headers.
int CKernel_namespace_id(int descriptor, uint64_t *id) {
  return ioctl(descriptor, _IOR(0xb7, 13, uint64_t), id);
}

int CKernel_netns_cookie(int descriptor, uint64_t *cookie) {
  socklen_t length = sizeof *cookie;
  return getsockopt(descriptor, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &length);
}

int CKernel_netlink_listener(int family, uint32_t groups, const struct sock_filter *program,
                             uint16_t count, int bufferSize) {
  int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, family);
  if (descriptor < 0) return -1;
  // Beyond the limit of the host only with CAP_NET_ADMIN.
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &bufferSize, sizeof bufferSize) != 0)
    (void)setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bufferSize, sizeof bufferSize);
  struct sock_fprog filter = {.len = count, .filter = (struct sock_filter *)program};
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
  if (setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0 &&
      bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0)
    return descriptor;
  int reason = errno;
  close(descriptor);
  errno = reason;
  return -1;
}

int CKernel_window_size(int descriptor, uint16_t *columns, uint16_t *rows) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}

int CKernel_wait_readable(int descriptor, uint64_t deadline) {
  struct pollfd wanted = {.fd = descriptor, .events = POLLIN};
  for (;;) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t time = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    uint64_t left = deadline > time ? deadline - time : 0;
    struct timespec limit = {.tv_sec = (time_t)(left / 1000000000u),
                             .tv_nsec = (long)(left % 1000000000u)};
    int result = ppoll(&wanted, 1, &limit, NULL);
    if (result >= 0) return result > 0;
    if (errno != EINTR) return -1;
  }
}

int CKernel_event_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int CKernel_send_datagram(const char *name, const void *bytes, size_t count) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(name);
  if (length == 0 || length >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(address.sun_path, name, length);
  if (name[0] == '@') address.sun_path[0] = 0;
  int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  // A receiver that is stopped must not stop us.
  struct timeval limit = {.tv_sec = 5};
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  ssize_t sent = sendto(descriptor, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&address,
                        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
  int reason = errno;
  close(descriptor);
  errno = reason;
  return sent == (ssize_t)count ? 0 : -1;
}

int CKernel_datagram_inbox(const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(name);
  if (length == 0 || length >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(address.sun_path, name, length);
  int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -1;
  int on = 1;
  if (bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0 ||
      setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0) {
    int reason = errno;
    close(descriptor);
    errno = reason;
    return -1;
  }
  return descriptor;
}

long CKernel_next_datagram(int descriptor, void *bytes, size_t size, uint64_t *realtime) {
  struct iovec part = {.iov_base = bytes, .iov_len = size};
  union {
    struct cmsghdr first;
    char bytes[CMSG_SPACE(sizeof(struct timespec))];
  } control;
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t count = recvmsg(descriptor, &message, MSG_DONTWAIT | MSG_TRUNC | MSG_CMSG_CLOEXEC);
  *realtime = 0;
  if (count < 0) return -1;
  for (struct cmsghdr *item = CMSG_FIRSTHDR(&message); item; item = CMSG_NXTHDR(&message, item)) {
    if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec time;
    memcpy(&time, CMSG_DATA(item), sizeof time);
    *realtime = (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
  }
  return count;
}

int CKernel_signal_is_ignored(int number) {
  struct sigaction action;
  if (sigaction(number, NULL, &action) < 0) return -1;
  return action.sa_handler == SIG_IGN;
}

int CKernel_replace_descriptor(int from, int to) { return dup3(from, to, O_CLOEXEC); }

int CKernel_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int CKernel_lock_exclusively(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

int CKernel_unlock(int descriptor) { return flock(descriptor, LOCK_UN); }

int CKernel_filled_memory_file(const void *bytes, size_t count) {
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

int CKernel_spawn_closes_from(void *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
