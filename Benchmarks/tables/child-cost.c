// child-cost [--netns PATH] COMMAND [ARGUMENT...]: what one run of a command costs, by the kernel.
//
// Models nothing: it is the scale. The command's standard output goes to /dev/null, standard error
// stays. Prints one line of four numbers, separated by tabs:
//
//   wall     nanoseconds from before the start to after the end was seen
//   cpu      nanoseconds of user and system time, all threads, all children it waited for
//   rss      KiB, the peak of the largest single process among these
//   status   exit status; 128 + number for a signal
//
// CPU and memory are the rusage that wait4() returns for that very child. The kernel carries the
// peak of the image that called exec() over to the new one, so a starter of 10 MiB would report
// 10 MiB for anything smaller. That is why this is a static C program (cc -O2 -static); its own
// peak of half a MiB is the least that can be measured.
//
// Run as root when --netns is given: the namespace is entered here and not by nsenter(1), so that
// the entering is neither in the time nor in the peak.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void fail(const char *tried, const char *on, int error) {
  fprintf(stderr, "child-cost: cannot %s %s: %s (%s, errno %d)\n", tried, on, strerror(error),
          strerrorname_np(error), error);
  exit(2);
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t nanoseconds(struct timeval t) {
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_usec * 1000u;
}

static void enter(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail("open", path, errno);
  if (setns(fd, CLONE_NEWNET) != 0) fail("enter", path, errno);
  close(fd);
}

int main(int argc, char **argv) {
  char **command = argv + 1;
  if (argc > 3 && strcmp(argv[1], "--netns") == 0) {
    enter(argv[2]);
    command = argv + 3;
  }
  if (*command == NULL) {
    fprintf(stderr, "usage: child-cost [--netns PATH] COMMAND [ARGUMENT...]\n");
    return 64;
  }

  posix_spawn_file_actions_t quiet;
  int error = posix_spawn_file_actions_init(&quiet);
  if (error == 0)
    error = posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  if (error != 0) fail("send standard output to", "/dev/null", error);

  pid_t child;
  int status;
  struct rusage use;
  uint64_t start = now();
  error = posix_spawnp(&child, *command, &quiet, NULL, command, environ);
  if (error != 0) fail("start", *command, error);
  while (wait4(child, &status, 0, &use) < 0)
    if (errno != EINTR) fail("wait for", *command, errno);
  uint64_t wall = now() - start;

  printf("%ju\t%ju\t%ld\t%d\n", (uintmax_t)wall,
         (uintmax_t)(nanoseconds(use.ru_utime) + nanoseconds(use.ru_stime)), use.ru_maxrss,
         WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return 0;
}
