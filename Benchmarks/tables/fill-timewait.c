// fill-timewait N: a host whose clients close first, N TIME_WAIT rows and nothing else.
//
// Models a proxy without keep-alive, where TIME_WAIT is most of the table: N real connections over
// loopback from 127.0.0.1 to 127.1.0.1:443 and following. Each is closed by the connecting side,
// then by the accepting one, so that one row of the two remains: the TIME_WAIT of the client.
//
// Run in a namespace whose lo is up, and where (both per namespace)
//
//   net.ipv4.tcp_max_tw_buckets  is above N, or what exceeds it vanishes at once
//   net.ipv4.tcp_tw_reuse        is 0, or loopback connections take over tuples older than a second
//
// as in: nsenter --net=PATH ./fill-timewait 200000. It prints `ready N SECONDS`, N by the kernel's
// own count, and ends. The rows stay until 60 s after they were made: measure at once.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// connect() takes ports of one parity first, 14,116 of the default range, and searches half the
// range for each one beyond. Staying below that for each destination keeps this at its full speed.
enum { PER_DESTINATION = 13000 };

static void fail(const char *tried, const char *on, int error) {
  fprintf(stderr, "fill-timewait: cannot %s %s: %s (%s, errno %d)\n", tried, on, strerror(error),
          strerrorname_np(error), error);
  exit(2);
}

static struct sockaddr_in port_443(in_addr_t host) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_addr.s_addr = htonl(host), .sin_port = htons(443)};
}

static int open_listener(void) {
  struct sockaddr_in any = port_443(INADDR_ANY);
  const int on = 1;
  int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (s < 0) fail("open", "a TCP socket", errno);
  // A second run finds no listener but may find rows on this port.
  if (setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
    fail("set", "SO_REUSEADDR", errno);
  if (bind(s, (struct sockaddr *)&any, sizeof any) != 0) fail("bind to", "0.0.0.0:443", errno);
  if (listen(s, 16) != 0) fail("listen on", "0.0.0.0:443", errno);
  return s;
}

static void connect_and_close(int listener, struct sockaddr_in to) {
  char byte;
  int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (client < 0) fail("open", "a TCP socket", errno);
  if (connect(client, (struct sockaddr *)&to, sizeof to) != 0)
    fail("connect to", inet_ntoa(to.sin_addr), errno);
  int server = accept(listener, NULL, NULL);
  if (server < 0) fail("accept from", inet_ntoa(to.sin_addr), errno);
  close(client);
  // The end of the stream is the client's FIN. Closing earlier would leave the row to chance.
  if (read(server, &byte, 1) != 0) fail("read the end from", inet_ntoa(to.sin_addr), errno);
  close(server);
}

// TIME_WAIT rows of this namespace, from the line `TCP: inuse 1 orphan 0 tw 200000 alloc 2 mem 0`.
static long rows(void) {
  const char *path = "/proc/net/sockstat";
  char line[256];
  long count = -1;
  FILE *file = fopen(path, "re");
  if (file == NULL) fail("open", path, errno);
  while (count < 0 && fgets(line, sizeof line, file) != NULL)
    sscanf(line, "TCP: inuse %*d orphan %*d tw %ld", &count);
  fclose(file);
  if (count < 0) fail("find the number of TIME_WAIT rows in", path, ENODATA);
  return count;
}

int main(int argc, char **argv) {
  char *end = NULL;
  long n = argc == 2 ? strtol(argv[1], &end, 10) : 0;
  if (n <= 0 || *end != '\0') {
    fprintf(stderr, "usage: fill-timewait N\n");
    return 64;
  }
  struct timespec start, ready;
  clock_gettime(CLOCK_MONOTONIC, &start);
  int listener = open_listener();
  long before = rows();
  for (long i = 0; i < n; i++)
    connect_and_close(listener, port_443(0x7f010001 + (in_addr_t)(i / PER_DESTINATION)));
  close(listener);
  clock_gettime(CLOCK_MONOTONIC, &ready);

  long made = rows() - before;
  double seconds = (double)(ready.tv_sec - start.tv_sec) +
                   (double)(ready.tv_nsec - start.tv_nsec) * 1e-9;
  printf("ready %ld %.1f\n", made, seconds);
  if (made >= n) return 0;
  fprintf(stderr, "fill-timewait: closed %ld connections, but only %ld more are in TIME_WAIT; see "
          "net.ipv4.tcp_max_tw_buckets and tcp_tw_reuse, and finish within 60 s\n",
          n, made);
  return 2;
}
