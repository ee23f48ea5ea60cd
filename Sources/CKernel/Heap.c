#include "CKernel.h"

#include <malloc.h>

void CKernel_heap_keep_small(void) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 128 << 10);
  mallopt(M_TRIM_THRESHOLD, 128 << 10);
#endif
}

void CKernel_heap_trim(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}
