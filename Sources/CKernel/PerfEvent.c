// perf_event_open(2) has no wrapper in the C library, and its attributes are a struct of bit-fields.
#include "PerfEvent.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Enumerators and calls that old headers lack.
enum { FORMAT_LOST = 1 << 4, SAMPLE_CGROUP = 1 << 21 };
#ifndef SYS_fsopen
#define SYS_fsopen 430
#define SYS_fsconfig 431
#define SYS_fsmount 432
#endif
enum { FSOPEN_CLOSE_ON_EXEC = 1, FSMOUNT_CLOSE_ON_EXEC = 1, FSCONFIG_CREATE = 6 };

int CKernel_perf_open(uint64_t tracepoint, int processor, int samples, int isPlain) {
  struct perf_event_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_TRACEPOINT;
  attributes.config = tracepoint;
  if (samples) {
    attributes.sample_period = 1;
    attributes.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_RAW;
    if (!isPlain) {
      attributes.sample_type |= SAMPLE_CGROUP;
      attributes.read_format = FORMAT_LOST;
    }
    attributes.use_clockid = 1;
    attributes.clockid = CLOCK_MONOTONIC;
  }
  return (int)syscall(SYS_perf_event_open, &attributes, -1, processor, -1, PERF_FLAG_FD_CLOEXEC);
}

int CKernel_perf_set_filter(int descriptor, const char *filter) {
  return ioctl(descriptor, PERF_EVENT_IOC_SET_FILTER, filter);
}

uint64_t CKernel_perf_head(const void *page) {
  const struct perf_event_mmap_page *head = page;
  return __atomic_load_n(&head->data_head, __ATOMIC_ACQUIRE);
}

void CKernel_perf_set_tail(void *page, uint64_t tail) {
  struct perf_event_mmap_page *head = page;
  __atomic_store_n(&head->data_tail, tail, __ATOMIC_RELEASE);
}

uint64_t CKernel_perf_data_offset(const void *page) {
  const struct perf_event_mmap_page *head = page;
  return head->data_offset;
}

uint64_t CKernel_perf_data_size(const void *page) {
  const struct perf_event_mmap_page *head = page;
  return head->data_size;
}

int CKernel_detached_tracefs(void) {
  long context = syscall(SYS_fsopen, "tracefs", FSOPEN_CLOSE_ON_EXEC);
  if (context < 0) return -1;
  long root = syscall(SYS_fsconfig, context, FSCONFIG_CREATE, NULL, NULL, 0);
  if (root == 0) root = syscall(SYS_fsmount, context, FSMOUNT_CLOSE_ON_EXEC, 0);
  int reason = errno;
  close((int)context);
  errno = reason;
  return (int)root;
}
