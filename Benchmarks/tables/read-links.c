// read-links: reads every link of every process's descriptors, and counts those that are sockets.
//
// Models the least that "which process holds this socket" can cost without BPF: list /proc, list each
// /proc/PID/fd, readlink each entry. Nothing is kept. Prints `links N sockets N`. Run as root.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  long links = 0, sockets = 0;
  DIR *processes = opendir("/proc");
  if (processes == NULL) {
    perror("read-links: cannot list /proc");
    return 2;
  }
  for (struct dirent *process; (process = readdir(processes)) != NULL;) {
    if (process->d_name[0] < '0' || process->d_name[0] > '9') continue;
    char path[300];
    snprintf(path, sizeof path, "/proc/%s/fd", process->d_name);
    DIR *descriptors = opendir(path);
    if (descriptors == NULL) continue;
    int directory = dirfd(descriptors);
    for (struct dirent *entry; (entry = readdir(descriptors)) != NULL;) {
      if (entry->d_name[0] == '.') continue;
      char link[64];
      ssize_t length = readlinkat(directory, entry->d_name, link, sizeof link);
      links++;
      if (length > 8 && memcmp(link, "socket:[", 8) == 0) sockets++;
    }
    closedir(descriptors);
  }
  closedir(processes);
  printf("links %ld sockets %ld\n", links, sockets);
  return 0;
}
