// Counts how often the calling thread has asked malloc for memory, freed or not.
//
// This target defines malloc, calloc, realloc and the aligned ones, so a program that links it is
// counted as a whole; each only counts and hands on to glibc. mallinfo2 cannot do it: it sees what is
// held, not what came and went, and it sees every thread.
#ifndef CALLOCATIONCOUNTER_H
#define CALLOCATIONCOUNTER_H

#include <stdint.h>

/// Calls of the malloc family by this thread since it started. Not counted under a sanitizer.
uint64_t CAllocationCounter_calls(void);

/// 1 when calls are counted, 0 when a sanitizer owns malloc.
int CAllocationCounter_isCounting(void);

#endif
