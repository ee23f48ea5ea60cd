// fill-established N [DESTINATIONS]: a host with N established connections, and nothing else.
//
// Models a proxy: N outgoing connections spread evenly over DESTINATIONS (20 unless told) backends,
// 127.1.0.1:443 and following. Local ports fill 32768-60999 from below; when a destination has used
// them all from 127.0.0.1, the next source address begins. No tuple occurs twice.
//
// The connections are made with TCP_REPAIR: connect() then only enters the tuple into the hash. So
// there is no peer, no packet and no second row, and half a million take seconds. This needs
// CAP_NET_ADMIN.
//
// Run in a namespace whose lo is up: nsenter --net=PATH ./fill-established 500000 20
// Prints `ready N` and holds the sockets until a signal ends it (SIGTERM, SIGINT, SIGHUP). It is
// gone only after all its sockets are. They live in children of at most 19,500 descriptors each,
// which the kernel kills if the parent dies in any other way.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_PORT = 32768, PORTS = 60999 - 32768 + 1, CHILD_SOCKETS = 19500, OTHER_FDS = 64 };

static void fail(const char *tried, const char *on, int error) {
  fprintf(stderr, "fill-established: cannot %s %s: %s (%s, errno %d)\n", tried, on,
          strerror(error), strerrorname_np(error), error);
  exit(2);
}

static long positive(const char *text) {
  char *end;
  long value = strtol(text, &end, 10);
  if (*text != '\0' && *end == '\0' && value > 0) return value;
  fprintf(stderr, "usage: fill-established N [DESTINATIONS]\n");
  exit(64);
}

static struct sockaddr_in address(in_addr_t host, long port) {
  return (struct sockaddr_in){.sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(host),
                              .sin_port = htons((in_port_t)port)};
}

// How many sockets one child may hold here. Only CAP_SYS_RESOURCE can raise the hard limit, and
// containers often lack it; then more children with fewer sockets each do as well.
static long sockets_per_child(void) {
  const rlim_t wanted = CHILD_SOCKETS + OTHER_FDS;
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) fail("read", "RLIMIT_NOFILE", errno);
  rlim_t hard = limit.rlim_max;
  limit = (struct rlimit){.rlim_cur = wanted, .rlim_max = hard > wanted ? hard : wanted};
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return CHILD_SOCKETS;
  limit = (struct rlimit){.rlim_cur = hard, .rlim_max = hard};
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) fail("raise", "RLIMIT_NOFILE", errno);
  if (limit.rlim_cur <= 2 * OTHER_FDS) fail("hold sockets under", "RLIMIT_NOFILE", EMFILE);
  return (long)limit.rlim_cur - OTHER_FDS;
}

static void establish(long i, long destinations) {
  // i / destinations counts upwards within one destination: first through the ports, then through
  // the source addresses.
  long within = i / destinations;
  struct sockaddr_in from = address(0x7f000001 + (in_addr_t)(within / PORTS),
                                    FIRST_PORT + within % PORTS);
  struct sockaddr_in to = address(0x7f010001 + (in_addr_t)(i % destinations), 443);
  const int on = 1;
  int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (s < 0) fail("open", "a TCP socket", errno);
  if (setsockopt(s, IPPROTO_TCP, TCP_REPAIR, &on, sizeof on) != 0)
    fail("set", "TCP_REPAIR", errno);
  // An explicit bind keeps this linear: left to itself, connect() searches half the range for a
  // port once a destination has passed 14,116. SO_REUSEADDR lets the destinations share a port.
  if (setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
    fail("set", "SO_REUSEADDR", errno);
  if (bind(s, (struct sockaddr *)&from, sizeof from) != 0)
    fail("bind to", inet_ntoa(from.sin_addr), errno);
  if (connect(s, (struct sockaddr *)&to, sizeof to) != 0)
    fail("connect to", inet_ntoa(to.sin_addr), errno);
}

// Makes sockets [first, last), reports by one byte, and holds them until the parent ends.
static void hold(long first, long last, long destinations, int ready) {
  for (long i = first; i < last; i++) establish(i, destinations);
  if (write(ready, "", 1) != 1) fail("write to", "the parent's pipe", errno);
  close(ready);  // so that the parent reads the end of the pipe if another child has failed
  for (;;) pause();
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3) positive("");
  long n = positive(argv[1]), destinations = argc > 2 ? positive(argv[2]) : 20;
  long per_child = sockets_per_child(), children = (n + per_child - 1) / per_child;
  pid_t *child = calloc((size_t)children, sizeof *child), parent = getpid();
  int ready[2];
  if (child == NULL || pipe(ready) != 0) fail("prepare", "the children", errno);

  // Blocked from here on, and taken by sigwait(): no signal ends this process before its children.
  const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
  sigset_t ends, before;
  sigemptyset(&ends);
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaddset(&ends, signals[i]);
  sigprocmask(SIG_BLOCK, &ends, &before);

  for (long i = 0; i < children; i++) {
    long first = i * per_child, last = first + per_child < n ? first + per_child : n;
    if ((child[i] = fork()) < 0) fail("fork", "a child to hold sockets", errno);
    if (child[i] > 0) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(2);  // the parent died before prctl() could take hold
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(ready[0]);
    hold(first, last, destinations, ready[1]);
  }
  close(ready[1]);

  char byte;
  int signal_number = 0;
  long reports = 0;
  while (reports < children && read(ready[0], &byte, 1) == 1) reports++;
  if (reports < children) return 2;  // a child has said why; the kernel kills the others
  printf("ready %ld\n", n);
  fflush(stdout);
  sigwait(&ends, &signal_number);

  if (signal_number == SIGCHLD) fprintf(stderr, "fill-established: a child died; ending\n");
  // Closing takes a while. Whoever waits for this process shall find the sockets gone.
  for (long i = 0; i < children; i++) kill(child[i], SIGKILL);
  for (long i = 0; i < children; i++) waitpid(child[i], NULL, 0);
  return signal_number == SIGCHLD ? 2 : 0;
}
