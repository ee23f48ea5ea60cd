// Opens and closes TCP connections over loopback at a steady rate, for a bounded time: churn for soaks and
// load tests. usage: churn RATE SECONDS [HOLD_MS] [PORT]
//
// The client closes first, so that each connection leaves a TIME_WAIT behind, after HOLD_MS (0 by default).
// Prints at the end: connects that succeeded, and those that found no port (EADDRNOTAVAIL).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int listener;

static void fail(const char *what) {
  perror(what);
  exit(2);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Accepts, waits for the peer's end, closes.
static void *serve(void *unused) {
  char bytes[64];
  for (;;) {
    int peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (peer < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      return unused;
    }
    while (read(peer, bytes, sizeof bytes) > 0) {}
    close(peer);
  }
}

int main(int count, char **arguments) {
  if (count < 3 || count > 5) {
    fprintf(stderr, "usage: churn RATE SECONDS [HOLD_MS] [PORT]\n");
    return 64;
  }
  double rate = atof(arguments[1]), seconds = atof(arguments[2]);
  double hold = count > 3 ? atof(arguments[3]) / 1000 : 0;
  int port = count > 4 ? atoi(arguments[4]) : 8080;
  if (rate <= 0 || rate > 100000 || seconds <= 0 || seconds > 86400) return 64;

  signal(SIGPIPE, SIG_IGN);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  if (listen(listener, 4096) < 0) fail("listen");
  pthread_t thread;
  // Several servers, so that none of them is what limits.
  for (int index = 0; index < 4; index++)
    if (pthread_create(&thread, NULL, serve, NULL) != 0) fail("pthread_create");

  // A ring of connections that are held; the oldest is closed when its time has come.
  size_t capacity = (size_t)(rate * hold) + 16;
  struct { int descriptor; double until; } *held = calloc(capacity, sizeof *held);
  size_t first = 0, length = 0;
  unsigned long connected = 0, refused = 0;
  double start = now();
  for (double at = start; at < start + seconds; at += 1 / rate) {
    double time = now();
    if (at > time) {
      struct timespec pause = {.tv_nsec = (long)((at - time) * 1e9) % 1000000000};
      pause.tv_sec = (time_t)(at - time);
      nanosleep(&pause, NULL);
      time = now();
    }
    while (length > 0 && (held[first].until <= time || length == capacity)) {
      close(held[first].descriptor);
      first = (first + 1) % capacity;
      length--;
    }
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client < 0) fail("socket");
    if (connect(client, (struct sockaddr *)&address, sizeof address) < 0) {
      if (errno == EADDRNOTAVAIL) refused++;
      close(client);
      continue;
    }
    connected++;
    held[(first + length) % capacity].descriptor = client;
    held[(first + length) % capacity].until = time + hold;
    length++;
  }
  printf("%lu connected, %lu without a port, %.1f s\n", connected, refused, now() - start);
  return 0;
}
