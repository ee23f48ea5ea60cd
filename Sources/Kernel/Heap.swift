internal import CKernel

/// How the heap of the C library grows, and what it gives back.
public enum Heap {
  /// Keeps it small, for a process that holds little and makes much at times: one arena for all threads, and
  /// what is as large as 128 KiB is a mapping of its own, gone when it is freed.
  ///
  /// Left alone, glibc gives each thread an arena, and no longer maps what is as large as something that was
  /// freed. Call it before threads are started. Nothing happens where the library is another.
  public static func keepSmall() { CKernel_heap_keep_small() }

  /// Gives what is free back to the kernel: malloc_trim(3).
  public static func trim() { CKernel_heap_trim() }
}
