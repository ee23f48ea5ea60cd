// Who holds a socket: descriptors of processes, and cgroups by their numbers.
#include "CKernel.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// struct linux_dirent64, include/linux/dirent.h: not in the uapi headers.
struct entry {
  uint64_t inode;
  int64_t offset;
  uint16_t length;
  uint8_t type;
  char name[];
};
_Static_assert(offsetof(struct entry, length) == 16, "d_reclen");
_Static_assert(offsetof(struct entry, name) == 19, "d_name");

// What descriptor `name` links to: 1 and its inode for a socket, 0 for anything else, -1 with errno.
static int socket_inode(int directory, const char *name, uint32_t *inode) {
  char link[32];
  *inode = 0;
  ssize_t length = readlinkat(directory, name, link, sizeof link);
  if (length < 0) return -1;
  if (length < 10 || memcmp(link, "socket:[", 8) != 0) return 0;
  uint64_t number = 0;
  for (ssize_t i = 8; i < length && link[i] >= '0' && link[i] <= '9'; i++) {
    number = number * 10 + (uint64_t)(link[i] - '0');
    if (number > UINT32_MAX) return 0;
  }
  *inode = (uint32_t)number;
  return number != 0;
}

// The decimal digits of `number` in `name`, which has 11 bytes: where they begin.
static const char *decimal(uint32_t number, char *name) {
  char *digit = name + 10;
  *digit = '\0';
  do *--digit = (char)('0' + number % 10);
  while ((number /= 10) != 0);
  return digit;
}

// Looks at the descriptors that are listed from *next on, a part of them: how many; 0 when there is none
// below `end`; -1 with errno.
static long listed_sockets(int directory, uint32_t *next, uint32_t end, uint32_t *inodes,
                           size_t *found) {
  _Alignas(8) char entries[CKERNEL_LISTED_LINKS * 24];
  // The position of a descriptor is its number and 2, for "." and ".." come first.
  if (lseek(directory, (off_t)*next + 2, SEEK_SET) < 0) return -1;
  long read = syscall(SYS_getdents64, directory, entries, sizeof entries);
  if (read <= 0) return read;
  long links = 0;
  for (long at = 0; at + (long)sizeof(struct entry) <= read;) {
    const struct entry *entry = (const struct entry *)(entries + at);
    if (entry->length < sizeof(struct entry)) break;
    at += entry->length;
    if (entry->name[0] < '0' || entry->name[0] > '9') continue;
    unsigned long number = strtoul(entry->name, NULL, 10);
    if (number >= end) return links;
    *next = (uint32_t)number + 1;
    uint32_t inode;
    int kind = socket_inode(directory, entry->name, &inode);
    if (kind < 0 && errno != ENOENT) return -1;
    if (kind > 0) inodes[(*found)++] = inode;
    links++;
  }
  return links;
}

long CKernel_next_sockets(int directory, uint32_t *next, uint32_t end, uint32_t *inodes,
                          size_t capacity, size_t *found) {
  long links = 0;
  *found = 0;
  while (*found + CKERNEL_LISTED_LINKS <= capacity && *next < end) {
    char name[11];
    uint32_t inode;
    int kind = socket_inode(directory, decimal(*next, name), &inode);
    if (kind >= 0) {
      if (kind > 0) inodes[(*found)++] = inode;
      links++;
      ++*next;
      continue;
    }
    if (errno != ENOENT) return -1;
    long listed = listed_sockets(directory, next, end, inodes, found);
    if (listed < 0) return -1;
    if (listed == 0) *next = end;
    links += listed;
  }
  return links;
}

int CKernel_socket_at(int directory, uint32_t number, uint32_t *inode) {
  char name[11];
  return socket_inode(directory, decimal(number, name), inode);
}

// FILEID_KERNFS, include/linux/exportfs.h: a handle is the 64-bit number of the node.
enum { KERNFS_HANDLE = 0xfe };

long CKernel_cgroup_path(int mount, uint64_t number, char *path, size_t size) {
  union {
    struct file_handle handle;
    char bytes[sizeof(struct file_handle) + sizeof number];
  } name = {.handle = {.handle_bytes = sizeof number, .handle_type = KERNFS_HANDLE}};
  memcpy(name.handle.f_handle, &number, sizeof number);
  int descriptor = open_by_handle_at(mount, &name.handle, O_PATH | O_CLOEXEC);
  if (descriptor < 0) return -1;
  char link[32];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, size);
  int reason = errno;
  close(descriptor);
  errno = reason;
  return length;
}
