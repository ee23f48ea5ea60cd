// bare-dump [--repeat N] [MASK]: the floor that a snapshot is held against.
//
// Models the least a program can do to read the TCP table of its network namespace: one request of
// the legacy type 18, which walks the hash once and answers with IPv4 and IPv6 together; one 32 KiB
// receive buffer, as much as the kernel was seen to put in one batch; rows are counted, not read.
// MASK is the set of states, one bit per state number:
//
//   0x0fff   every state of a hashed socket (the default, and the unit of scripts/bench)
//   0x2000   BOUND_INACTIVE alone: the walk of the bind hash, which all namespaces share
//
// Run in the namespace to be measured: nsenter --net=PATH ./bare-dump 0x0fff
// Prints a line per dump: rows, nanoseconds from the request to the last row, nanoseconds per row.
// One process makes one dump, because whole processes are compared; --repeat is for a warm look.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_BYTES = 32 * 1024 };

struct request {
  struct nlmsghdr header;
  struct inet_diag_req body;
};
_Static_assert(sizeof(struct inet_diag_req) == 60, "the legacy request has 60 bytes");
_Static_assert(sizeof(struct request) == NLMSG_LENGTH(60), "no padding after the netlink header");

_Alignas(struct nlmsghdr) static char buffer[BUFFER_BYTES];

static void fail(const char *tried, int error) {
  fprintf(stderr, "bare-dump: cannot %s: %s (%s, errno %d)\n", tried, strerror(error),
          strerrorname_np(error), error);
  exit(2);
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// Returns false at the message that ends the dump.
static bool count(size_t received, uint64_t *rows) {
  for (size_t at = 0; at + NLMSG_HDRLEN <= received;) {
    const struct nlmsghdr *m = (const struct nlmsghdr *)(buffer + at);
    if (m->nlmsg_len < NLMSG_HDRLEN || m->nlmsg_len > received - at)
      fail("walk a batch of rows, a message overruns it", EBADMSG);
    at += NLMSG_ALIGN(m->nlmsg_len);
    // Both end markers carry an errno as a negative int; 0 is a dump that went well.
    if (m->nlmsg_type == NLMSG_DONE || m->nlmsg_type == NLMSG_ERROR) {
      int error = m->nlmsg_len >= NLMSG_LENGTH(sizeof error) ? -*(const int *)NLMSG_DATA(m) : 0;
      if (error != 0) fail("dump the TCP table, the kernel refused", error);
      return false;
    }
    *rows += 1;
  }
  return true;
}

static void dump(int s, uint32_t mask) {
  struct request request = {
      .header = {.nlmsg_len = sizeof request,
                 .nlmsg_type = TCPDIAG_GETSOCK,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
      // The kernel answers a legacy dump with both families, whatever stands here.
      .body = {.idiag_family = AF_INET, .idiag_states = mask},
  };
  uint64_t rows = 0, start = now();
  if (send(s, &request, sizeof request, 0) < 0) fail("send a type 18 request", errno);
  for (bool more = true; more;) {
    // MSG_TRUNC returns the true length, so that lost rows are an error and not a good result.
    ssize_t received = recv(s, buffer, sizeof buffer, MSG_TRUNC);
    if (received < 0) fail("receive a batch of rows", errno);
    if (received > BUFFER_BYTES) fail("receive a batch of rows in 32 KiB", EMSGSIZE);
    more = count((size_t)received, &rows);
  }
  uint64_t ns = now() - start;
  printf("rows %ju ns %ju ns/row %.1f\n", (uintmax_t)rows, (uintmax_t)ns,
         rows ? (double)ns / (double)rows : 0.0);
}

static unsigned long number(const char *text) {
  char *end;
  unsigned long value = strtoul(text, &end, 0);
  if (*text != '\0' && *end == '\0') return value;
  fprintf(stderr, "bare-dump: not a number: %s\nusage: bare-dump [--repeat N] [MASK]\n", text);
  exit(64);
}

int main(int argc, char **argv) {
  unsigned long repeat = 1, mask = 0x0fff;
  int next = 1;
  if (argc > next + 1 && strcmp(argv[next], "--repeat") == 0) {
    repeat = number(argv[next + 1]);
    next += 2;
  }
  if (next < argc) mask = number(argv[next]);

  int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (s < 0) fail("open a NETLINK_SOCK_DIAG socket", errno);
  while (repeat-- > 0) dump(s, (uint32_t)mask);
  return 0;
}
