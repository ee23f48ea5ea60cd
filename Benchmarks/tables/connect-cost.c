// What connects cost in the caller: prints the processor nanoseconds of one connect() and close() over loopback
// that succeeds, and of one that finds no port. usage: connect-cost COUNT
//
// Needs a network namespace of its own with `lo` up: it narrows the range to one port.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(2);
}

static double cpu_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void set_range(const char *range) {
  FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "w");
  if (!file || fputs(range, file) < 0 || fclose(file)) fail("ip_local_port_range");
}

static struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = 0};

// Connects and closes, `count` times; returns how many were refused a port.
static int run(int count) {
  struct linger reset = {.l_onoff = 1, .l_linger = 0};
  int refused = 0;
  for (int i = 0; i < count; i++) {
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0) fail("socket");
    // No TIME_WAIT is left behind.
    if (setsockopt(s, SOL_SOCKET, SO_LINGER, &reset, sizeof reset)) fail("SO_LINGER");
    if (connect(s, (struct sockaddr *)&address, sizeof address)) {
      if (errno != EADDRNOTAVAIL) fail("connect");
      refused++;
    }
    close(s);
  }
  return refused;
}

int main(int arguments, char **words) {
  int count = arguments == 2 ? atoi(words[1]) : 0;
  if (count <= 0) {
    fprintf(stderr, "usage: connect-cost COUNT\n");
    return 64;
  }
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096) ||
      getsockname(listener, (struct sockaddr *)&address, &size))
    fail("listen");

  double good = 0, before;
  // What nobody accepts would fill the queue.
  for (int done = 0; done < count; done += 1000) {
    before = cpu_ns();
    if (run(1000)) fail("a connect found no port");
    good += cpu_ns() - before;
    int peer;
    while ((peer = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) < 0 && errno == EINTR) {}
    for (int i = 1; peer >= 0 && i < 1000; i++) {
      close(peer);
      peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    }
    if (peer >= 0) close(peer);
  }

  set_range("40000 40000");
  int held = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(held, (struct sockaddr *)&address, sizeof address)) fail("the connect that holds the port");
  before = cpu_ns();
  int refused = run(count);
  double bad = cpu_ns() - before;
  if (refused != count) fail("a connect found a port");
  printf("%.1f %.1f\n", good / (double)(count / 1000 * 1000), bad / count);
  return 0;
}
