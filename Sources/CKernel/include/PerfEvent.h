// perf_event_open(2) on tracepoints, its ring of samples, and a tracefs of one's own.
#ifndef CKERNEL_PERF_EVENT_H
#define CKERNEL_PERF_EVENT_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>

// struct perf_event_mmap_page and struct perf_event_header, include/uapi/linux/perf_event.h
_Static_assert(offsetof(struct perf_event_mmap_page, data_head) == 1024, "data_head");
_Static_assert(offsetof(struct perf_event_mmap_page, data_tail) == 1032, "data_tail");
_Static_assert(offsetof(struct perf_event_mmap_page, data_offset) == 1040, "data_offset");
_Static_assert(offsetof(struct perf_event_mmap_page, data_size) == 1048, "data_size");
_Static_assert(sizeof(struct perf_event_header) == 8, "perf_event_header");
_Static_assert(offsetof(struct perf_event_header, size) == 6, "size");
_Static_assert(PERF_RECORD_LOST == 2, "PERF_RECORD_LOST");
_Static_assert(PERF_RECORD_SAMPLE == 9, "PERF_RECORD_SAMPLE");

/// Opens the tracepoint with this number on one processor, for all processes; it counts at once. With
/// `samples` each occurrence is also a record of thread, time (CLOCK_MONOTONIC), the event's bytes and, unless
/// `isPlain`, the cgroup (5.7), and a read says behind the count how many were lost (6.0). The descriptor,
/// close-on-exec; -1 with errno.
int CKernel_perf_open(uint64_t tracepoint, int processor, int samples, int isPlain);

/// Lets only those events through that the filter matches: 0, else -1 with errno (EINVAL: it does not parse).
int CKernel_perf_set_filter(int descriptor, const char *filter);

/// Where the kernel will write next in the ring behind `page`; what it wrote before is then visible.
uint64_t CKernel_perf_head(const void *page);

/// Up to where the ring behind `page` was read; the kernel may write over it from now on.
void CKernel_perf_set_tail(void *page, uint64_t tail);

/// Where the ring begins behind `page`, in bytes, and how long it is.
uint64_t CKernel_perf_data_offset(const void *page);
uint64_t CKernel_perf_data_size(const void *page);

/// A tracefs that is mounted nowhere, and seen by nobody else (fsopen, fsmount; 5.2): the descriptor of its
/// root, close-on-exec; -1 with errno. Needs CAP_SYS_ADMIN.
int CKernel_detached_tracefs(void);

#endif
