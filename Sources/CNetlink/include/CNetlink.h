// The shim over libmnl: its socket bricks, with macros spelled as functions.
#ifndef CNETLINK_H
#define CNETLINK_H

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

/// NETLINK_SOCK_DIAG, the family that answers for sockets.
static inline int CNetlink_SOCK_DIAG(void) { return NETLINK_SOCK_DIAG; }

/// SOCK_CLOEXEC, an enumerator that Swift would import as a type of its own.
static inline int CNetlink_CLOEXEC(void) { return SOCK_CLOEXEC; }

/// MNL_SOCKET_AUTOPID: the kernel chooses our port id.
static inline int CNetlink_bind(struct mnl_socket *socket) {
  return mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID);
}

/// Asks for the kernel's words beside an errno, and for errors without our request echoed.
/// Both are wishes: old kernels refuse them, and nothing depends on them.
static inline void CNetlink_wish_extended_ack(struct mnl_socket *socket) {
  int one = 1;
  (void)mnl_socket_setsockopt(socket, NETLINK_EXT_ACK, &one, sizeof one);
  (void)mnl_socket_setsockopt(socket, NETLINK_CAP_ACK, &one, sizeof one);
}

/// SO_RCVTIMEO: a kernel that never answers is an error (EAGAIN), not a hang.
static inline int CNetlink_set_receive_timeout(struct mnl_socket *socket, int seconds) {
  struct timeval limit = {.tv_sec = seconds};
  return setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

#endif
