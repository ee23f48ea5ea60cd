// The kernel's own layouts and the calls that Swift cannot spell. No libmnl here.
//
// Each struct that we read out of, or write into, a netlink message is asserted below: a header
// that disagrees with the offsets in the Swift layout files does not compile.
#ifndef CKERNEL_H
#define CKERNEL_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stddef.h>
#include <stdint.h>

#include "PerfEvent.h"

// struct nlmsghdr, include/uapi/linux/netlink.h
_Static_assert(sizeof(struct nlmsghdr) == 16, "nlmsghdr");
_Static_assert(offsetof(struct nlmsghdr, nlmsg_len) == 0, "nlmsg_len");
_Static_assert(offsetof(struct nlmsghdr, nlmsg_type) == 4, "nlmsg_type");
_Static_assert(offsetof(struct nlmsghdr, nlmsg_flags) == 6, "nlmsg_flags");
_Static_assert(offsetof(struct nlmsghdr, nlmsg_seq) == 8, "nlmsg_seq");
_Static_assert(offsetof(struct nlmsghdr, nlmsg_pid) == 12, "nlmsg_pid");
_Static_assert(NLMSG_HDRLEN == 16, "NLMSG_HDRLEN");
_Static_assert(NLMSG_ALIGNTO == 4, "NLMSG_ALIGNTO");
_Static_assert(NLM_F_DUMP_INTR == 0x10, "NLM_F_DUMP_INTR");
_Static_assert(NLMSGERR_ATTR_MSG == 1, "NLMSGERR_ATTR_MSG");

// struct nlattr, include/uapi/linux/netlink.h
_Static_assert(sizeof(struct nlattr) == 4, "nlattr");
_Static_assert(offsetof(struct nlattr, nla_len) == 0, "nla_len");
_Static_assert(offsetof(struct nlattr, nla_type) == 2, "nla_type");
_Static_assert(NLA_ALIGNTO == 4, "NLA_ALIGNTO");

// struct nlmsgerr, include/uapi/linux/netlink.h
_Static_assert(offsetof(struct nlmsgerr, error) == 0, "error");
_Static_assert(offsetof(struct nlmsgerr, msg) == 4, "msg");

// struct inet_diag_sockid, include/uapi/linux/inet_diag.h
_Static_assert(sizeof(struct inet_diag_sockid) == 48, "inet_diag_sockid");
_Static_assert(offsetof(struct inet_diag_sockid, idiag_sport) == 0, "idiag_sport");
_Static_assert(offsetof(struct inet_diag_sockid, idiag_dport) == 2, "idiag_dport");
_Static_assert(offsetof(struct inet_diag_sockid, idiag_src) == 4, "idiag_src");
_Static_assert(offsetof(struct inet_diag_sockid, idiag_dst) == 20, "idiag_dst");
_Static_assert(offsetof(struct inet_diag_sockid, idiag_if) == 36, "idiag_if");
_Static_assert(offsetof(struct inet_diag_sockid, idiag_cookie) == 40, "idiag_cookie");

// struct inet_diag_req (request type 18) and struct inet_diag_req_v2 (request type 20)
_Static_assert(sizeof(struct inet_diag_req) == 60, "inet_diag_req");
_Static_assert(offsetof(struct inet_diag_req, idiag_family) == 0, "idiag_family");
_Static_assert(offsetof(struct inet_diag_req, idiag_ext) == 3, "idiag_ext");
_Static_assert(offsetof(struct inet_diag_req, id) == 4, "id");
_Static_assert(offsetof(struct inet_diag_req, idiag_states) == 52, "idiag_states");
_Static_assert(sizeof(struct inet_diag_req_v2) == 56, "inet_diag_req_v2");
_Static_assert(offsetof(struct inet_diag_req_v2, sdiag_family) == 0, "sdiag_family");
_Static_assert(offsetof(struct inet_diag_req_v2, sdiag_protocol) == 1, "sdiag_protocol");
_Static_assert(offsetof(struct inet_diag_req_v2, idiag_ext) == 2, "idiag_ext");
_Static_assert(offsetof(struct inet_diag_req_v2, idiag_states) == 4, "idiag_states");
_Static_assert(offsetof(struct inet_diag_req_v2, id) == 8, "id");

// struct inet_diag_msg, the row
_Static_assert(sizeof(struct inet_diag_msg) == 72, "inet_diag_msg");
_Static_assert(offsetof(struct inet_diag_msg, idiag_family) == 0, "idiag_family");
_Static_assert(offsetof(struct inet_diag_msg, idiag_state) == 1, "idiag_state");
_Static_assert(offsetof(struct inet_diag_msg, idiag_timer) == 2, "idiag_timer");
_Static_assert(offsetof(struct inet_diag_msg, idiag_retrans) == 3, "idiag_retrans");
_Static_assert(offsetof(struct inet_diag_msg, id) == 4, "id");
_Static_assert(offsetof(struct inet_diag_msg, idiag_expires) == 52, "idiag_expires");
_Static_assert(offsetof(struct inet_diag_msg, idiag_rqueue) == 56, "idiag_rqueue");
_Static_assert(offsetof(struct inet_diag_msg, idiag_wqueue) == 60, "idiag_wqueue");
_Static_assert(offsetof(struct inet_diag_msg, idiag_uid) == 64, "idiag_uid");
_Static_assert(offsetof(struct inet_diag_msg, idiag_inode) == 68, "idiag_inode");

// struct inet_diag_bc_op and struct inet_diag_hostcond, the filter's bytecode
_Static_assert(sizeof(struct inet_diag_bc_op) == 4, "inet_diag_bc_op");
_Static_assert(offsetof(struct inet_diag_bc_op, yes) == 1, "yes");
_Static_assert(offsetof(struct inet_diag_bc_op, no) == 2, "no");
_Static_assert(sizeof(struct inet_diag_hostcond) == 8, "inet_diag_hostcond");
_Static_assert(offsetof(struct inet_diag_hostcond, prefix_len) == 1, "prefix_len");
_Static_assert(offsetof(struct inet_diag_hostcond, port) == 4, "port");

// Numbers that old headers lack or that the kernel keeps as enumerators.
_Static_assert(TCPDIAG_GETSOCK == 18, "TCPDIAG_GETSOCK");
_Static_assert(SOCK_DIAG_BY_FAMILY == 20, "SOCK_DIAG_BY_FAMILY");
_Static_assert(INET_DIAG_REQ_BYTECODE == 1, "INET_DIAG_REQ_BYTECODE");
_Static_assert(INET_DIAG_REQ_PROTOCOL == 3, "INET_DIAG_REQ_PROTOCOL");
_Static_assert(INET_DIAG_SKV6ONLY == 11, "INET_DIAG_SKV6ONLY");
_Static_assert(INET_DIAG_CGROUP_ID == 21, "INET_DIAG_CGROUP_ID");
_Static_assert(SKNLGRP_INET_TCP_DESTROY == 1, "SKNLGRP_INET_TCP_DESTROY");
_Static_assert(SKNLGRP_INET6_TCP_DESTROY == 3, "SKNLGRP_INET6_TCP_DESTROY");

// struct sock_filter, include/uapi/linux/filter.h
_Static_assert(sizeof(struct sock_filter) == 8, "sock_filter");

/// The errno of the calling thread.
static inline int CKernel_errno(void) { return errno; }

/// The symbolic name of an errno ("EPERM"), or NULL. glibc 2.32.
const char *CKernel_strerrorname(int number);

/// The words for an errno ("Operation not permitted"), or NULL. glibc 2.32.
const char *CKernel_strerrordesc(int number);

/// accept4(2) with SOCK_CLOEXEC and no address: a descriptor, else -1 with errno.
int CKernel_accept_cloexec(int descriptor);

/// setns(2) on the calling thread, for network namespaces only.
int CKernel_setns_net(int descriptor);

/// unshare(2) of the calling thread's network namespace.
int CKernel_unshare_net(void);

/// SO_NETNS_COOKIE (5.14) of a socket: 0 on success, else -1 with errno.
int CKernel_netns_cookie(int descriptor, uint64_t *cookie);

/// NS_GET_ID (6.18) of an open namespace file: 0 on success, else -1 with errno. Of a network namespace
/// it is what SO_NETNS_COOKIE says inside.
int CKernel_namespace_id(int descriptor, uint64_t *id);

/// A netlink socket of `family` that is bound to the multicast groups of the mask and hears only what the
/// classic BPF program accepts, from its first message on: its descriptor, close-on-exec and non-blocking;
/// -1 with errno. The receive buffer is `bufferSize` bytes where we may have so much.
int CKernel_netlink_listener(int family, uint32_t groups, const struct sock_filter *program,
                             uint16_t count, int bufferSize);

/// Columns and rows of a terminal: 0 on success, else -1 with errno.
int CKernel_window_size(int descriptor, uint16_t *columns, uint16_t *rows);

/// Waits until the descriptor can be read or CLOCK_MONOTONIC reads `deadline` (nanoseconds): 1 when it
/// can be read, 0 when the time has come, -1 with errno.
int CKernel_wait_readable(int descriptor, uint64_t deadline);

/// An eventfd, close-on-exec, non-blocking; -1 with errno.
int CKernel_event_descriptor(void);

/// Sends a datagram to a UNIX socket, whose name begins with '/' or, in the abstract name space, with
/// '@': 0 on success, else -1 with errno (EAGAIN: nobody took it within 5 s).
int CKernel_send_datagram(const char *name, const void *bytes, size_t count);

/// A UNIX socket for datagrams at the path `name`, which must not be there: close-on-exec, non-blocking, each
/// datagram with the time of its coming. -1 with errno.
int CKernel_datagram_inbox(const char *name);

/// Takes the next datagram and when it came (CLOCK_REALTIME nanoseconds; 0 where that is not known): its length,
/// of which no more than `size` bytes are stored; -1 with errno (EAGAIN: there is none).
long CKernel_next_datagram(int descriptor, void *bytes, size_t size, uint64_t *realtime);

/// Whether the signal's action is to ignore it: 1 or 0; -1 with errno.
int CKernel_signal_is_ignored(int number);

/// A file in memory that has no name (memfd_create), close-on-exec: its descriptor, or -1 with errno.
int CKernel_memory_file(const char *name);

/// Lets the descriptor `to` lead to the file of `from`, close-on-exec: dup3(2), which Swift's Glibc lacks.
int CKernel_replace_descriptor(int from, int to);

/// flock(2) for writing, without waiting: 0, or -1 with errno (EWOULDBLOCK: somebody has it).
int CKernel_lock_exclusively(int descriptor);

/// flock(2): gives the lock up, also for copies of the descriptor.
int CKernel_unlock(int descriptor);

/// Continues the CRC-32C `checksum` (0 at the start) over `count` bytes, by instruction if there is one.
uint32_t CKernel_crc32c(uint32_t checksum, const void *start, size_t count);

/// The same, by tables.
uint32_t CKernel_crc32c_by_table(uint32_t checksum, const void *start, size_t count);

/// Whether this processor has the instruction.
int CKernel_crc32c_has_instruction(void);

/// Asks for the cache line at `address`, and waits for nothing.
static inline void CKernel_prefetch(const void *address) { __builtin_prefetch(address); }

/// A file of these bytes in memory alone, open at its start and close-on-exec: its number, else -1 with
/// errno.
int CKernel_filled_memory_file(const void *bytes, size_t count);

/// The most links that `CKernel_next_sockets` lists at a time.
enum { CKERNEL_LISTED_LINKS = 42 };

/// Looks at descriptors of an open /proc/PID/fd with numbers from *next to below `end`, and writes the inodes of
/// those that are sockets into `inodes`, until fewer than CKERNEL_LISTED_LINKS of `capacity` are free: how many
/// links were read, and *next is where to go on; -1 with errno, and those written count.
///
/// Numbers follow each other as a rule, so that they need no listing, which costs a third; after one that is
/// missing a part is listed.
long CKernel_next_sockets(int directory, uint32_t *next, uint32_t end, uint32_t *inodes,
                          size_t capacity, size_t *found);

/// Descriptor `number` of an open /proc/PID/fd: 1 for a socket, whose inode is then set; 0 for anything
/// else; -1 with errno when there is none.
int CKernel_socket_at(int directory, uint32_t number, uint32_t *inode);

/// The path of the cgroup (v2) with this number, below a descriptor of the cgroup2 mount: its length, without a
/// zero at the end, or -1 with errno (ESTALE: it is gone; EPERM: needs CAP_DAC_READ_SEARCH).
long CKernel_cgroup_path(int mount, uint64_t number, char *path, size_t size);

/// The environment of this process, as posix_spawn wants it.
char **CKernel_environment(void);

/// The process that is spawned has no descriptor from `first` on: 0, or an error number. `actions` is a
/// posix_spawn_file_actions_t; the call is glibc's own, which Swift's module of it does not have.
int CKernel_spawn_closes_from(void *actions, int first);

/// Raw mode and the alternate screen of the terminal behind both descriptors, until the program ends in
/// whatever way; one at a time (EBUSY). Signals come as bytes from *signals, which is not to be closed:
/// SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH. 0 on success, else -1 with errno.
int CKernel_terminal_enter(int input, int output, int *signals);

/// Back to how the terminal was, for good, and the signals too.
void CKernel_terminal_leave(void);

/// Back to how the terminal was, for a while.
void CKernel_terminal_suspend(void);

/// After a suspension, or when somebody else may have changed the terminal: 0, else -1 with errno.
int CKernel_terminal_resume(void);

/// Sends the process a signal with its default effect; comes back after a stop.
int CKernel_raise_default(int number);

/// An address and a port of either family, in host byte order; an IPv4 address is the low 32 bits.
struct CKernel_endpoint {
  uint64_t high;
  uint64_t low;
  /// sin6_scope_id: the interface of a link-local address.
  uint32_t scope;
  uint16_t port;
  uint16_t is_ipv6;
};
_Static_assert(sizeof(struct CKernel_endpoint) == 24, "CKernel_endpoint");

/// A TCP or UDP socket, close-on-exec: its number, or -1 with errno.
int CKernel_inet_socket(int is_ipv6, int is_udp);

/// TCP_REPAIR: connect() and close() of the socket send nothing from now on. 0, or -1 with errno.
int CKernel_repair(int descriptor);

/// IP_LOCAL_PORT_RANGE (6.3): 0, or -1 with errno. 0 leaves an end unset.
int CKernel_local_port_range(int descriptor, uint16_t low, uint16_t high);

/// IP_BIND_ADDRESS_NO_PORT (4.2): 0, or -1 with errno.
int CKernel_bind_address_no_port(int descriptor);

/// bind(2): 0, or -1 with errno.
int CKernel_bind_endpoint(int descriptor, const struct CKernel_endpoint *endpoint);

/// connect(2): 0 or the errno, and the nanoseconds that the call alone took.
int CKernel_connect_endpoint(int descriptor, const struct CKernel_endpoint *endpoint,
                             uint64_t *took);

/// connect(2) to AF_UNSPEC, which undoes a connect(): 0, or -1 with errno.
int CKernel_disconnect(int descriptor);

/// getsockname(2): 0, or -1 with errno.
int CKernel_local_endpoint(int descriptor, struct CKernel_endpoint *endpoint);

/// The name (comm) of the calling thread, terminated: 0, or -1 with errno.
int CKernel_thread_name(char name[16]);

/// Names the calling thread; longer names are cut to 15 bytes. 0, or -1 with errno.
int CKernel_set_thread_name(const char *name);

/// mallopt(3): one arena, and what is large is mapped and given back; nothing without glibc.
void CKernel_heap_keep_small(void);

/// malloc_trim(3); nothing without glibc.
void CKernel_heap_trim(void);

#endif
