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

// The inode in "socket:[4711]"; 0 for anything else.
static uint32_t socket_inode(int directory, const char *name) {
  char link[32];
  ssize_t length = readlinkat(directory, name, link, sizeof link);
  if (length < 10 || memcmp(link, "socket:[", 8) != 0) return 0;
  uint64_t inode = 0;
  for (ssize_t i = 8; i < length && link[i] >= '0' && link[i] <= '9'; i++) {
    inode = inode * 10 + (uint64_t)(link[i] - '0');
    if (inode > UINT32_MAX) return 0;
  }
  return (uint32_t)inode;
}

long CKernel_next_sockets(int directory, void *entries, size_t size, uint32_t *inodes,
                          size_t capacity, size_t *found) {
  *found = 0;
  long read = syscall(SYS_getdents64, directory, entries, size);
  if (read <= 0) return read;
  long links = 0;
  for (long at = 0; at + (long)sizeof(struct entry) <= read;) {
    const struct entry *entry = (const struct entry *)((const char *)entries + at);
    if (entry->length < sizeof(struct entry)) break;
    at += entry->length;
    if (entry->name[0] < '0' || entry->name[0] > '9') continue;
    links++;
    uint32_t inode = socket_inode(directory, entry->name);
    if (inode != 0 && *found < capacity) inodes[(*found)++] = inode;
  }
  // "." and ".." alone are not the end.
  return links > 0 ? links : 1;
}

int CKernel_socket_at(int directory, uint32_t number, uint32_t *inode) {
  char name[16], link[32];
  snprintf(name, sizeof name, "%u", number);
  *inode = socket_inode(directory, name);
  if (*inode != 0) return 1;
  return readlinkat(directory, name, link, sizeof link) < 0 ? -1 : 0;
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
