// The floor of a look at many network namespaces: both counter files of each process given are opened, read
// and closed, and nothing else is done.
//
// usage: read-sockstat ROUNDS PID...      prints nanoseconds of processor time a round
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long long cpu(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int read_file(const char *pid, const char *name) {
  char path[64], text[16384];
  snprintf(path, sizeof path, "/proc/%s/net/%s", pid, name);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  long count = read(file, text, sizeof text);
  close(file);
  return count > 0 ? 0 : -1;
}

int main(int count, char **arguments) {
  if (count < 3) return 64;
  int rounds = atoi(arguments[1]);
  long long start = cpu();
  for (int round = 0; round < rounds; round++)
    for (int index = 2; index < count; index++)
      if (read_file(arguments[index], "sockstat") || read_file(arguments[index], "sockstat6")) return 2;
  printf("%lld\n", (cpu() - start) / (rounds > 0 ? rounds : 1));
  return 0;
}
