internal import CKernel
import Glibc
import Kernel

/// The bytes of a ring, read and written by offset and never mapped.
///
/// A mapping would publish a frame in 0.1 us of copying where pwrite(2) takes 0.6 us a call, and would
/// end the process by SIGBUS when somebody cuts the file or its file system is full. A call reports that,
/// and four of them a frame stay within half of the 5 us that a frame may take (scripts/bench-ring).
struct RingFile: ~Copyable {
  /// What a reading is of.
  enum Bytes: ~Copyable {
    /// A file.
    case descriptor(Descriptor)
    /// The whole content as it is at the n-th reading, from 0: for tests of what changes meanwhile.
    case scripted(@Sendable (Int) -> [UInt8])
  }

  /// Its name, for errors.
  let path: String
  private let bytes: Bytes
  private var readingCount = 0

  /// The file at `path`, which is open already.
  init(_ path: String, _ bytes: consuming Bytes) {
    self.path = path
    self.bytes = bytes
  }

  /// Reads words from `offset` into the first `wordCount` of `words`. Returns the bytes that were there.
  mutating func read(
    at offset: Int, into words: inout [UInt64], wordCount: Int
  ) throws(RingError) -> Int {
    precondition(wordCount <= words.count)
    var none: [UInt64] = []
    return try read(at: offset, into: &words, wordCount, and: &none, 0)
  }

  /// Reads the word at `offset`; nil if the file ends before its end.
  mutating func word(at offset: Int) throws(RingError) -> UInt64? {
    readingCount += 1
    var word: UInt64 = 0
    let count: Int
    switch bytes {
    case .descriptor(let descriptor):
      // SAFETY: the kernel writes at most 8 bytes into the variable.
      count = try retrying { unsafe pread(descriptor.number, &word, 8, offset) }
    case .scripted(let content):
      let content = content(readingCount - 1)
      count = min(8, max(0, content.count - offset))
      for index in 0..<count { word |= UInt64(content[offset + index]) << UInt64(8 * index) }
    }
    return count == 8 ? word : nil
  }

  /// Reads the first words of a slot and its payload in one call. Returns the bytes that were there.
  mutating func read(
    at offset: Int, into first: inout [UInt64], _ firstCount: Int,
    and second: inout [UInt64], _ secondCount: Int
  ) throws(RingError) -> Int {
    precondition(firstCount <= first.count && secondCount <= second.count)
    readingCount += 1
    switch bytes {
    case .descriptor(let descriptor):
      return try retrying {
        // SAFETY: both arrays live for the call and have the words that the vectors speak of.
        unsafe first.withUnsafeMutableBytes { head in
          unsafe second.withUnsafeMutableBytes { rest in
            let vectors: [2 of iovec] = unsafe [
              iovec(iov_base: head.baseAddress, iov_len: firstCount * 8),
              iovec(iov_base: rest.baseAddress, iov_len: secondCount * 8),
            ]
            return unsafe vectors.span.withUnsafeBufferPointer { list in
              unsafe preadv(descriptor.number, list.baseAddress, secondCount > 0 ? 2 : 1, offset)
            }
          }
        }
      }
    case .scripted(let content):
      let content = content(readingCount - 1)
      let count = min((firstCount + secondCount) * 8, max(0, content.count - offset))
      for index in 0..<count {
        let (value, shift) = (UInt64(content[offset + index]), UInt64(index % 8 * 8))
        let mask = ~(UInt64(255) << shift)
        let word = index / 8
        if word < firstCount {
          first[word] = first[word] & mask | value << shift
        } else {
          second[word - firstCount] = second[word - firstCount] & mask | value << shift
        }
      }
      return count
    }
  }

  /// The length of the file now.
  mutating func byteCount() throws(RingError) -> Int {
    readingCount += 1
    switch bytes {
    case .descriptor: return Int(try status().st_size)
    case .scripted(let content): return content(readingCount - 1).count
    }
  }

  /// Writes `words[range]` at `offset`, all of it.
  func write(_ words: [UInt64], _ range: Range<Int>, at offset: Int) throws(RingError) {
    precondition(range.lowerBound >= 0 && range.upperBound <= words.count)
    var done = 0
    while done < range.count * 8 {
      let start = done
      done += try retrying("write") {
        // SAFETY: the array's storage lives for the call and the rest of the range lies inside it.
        unsafe words.withUnsafeBytes { all in
          let from = range.lowerBound * 8 + start
          let rest = unsafe UnsafeRawBufferPointer(rebasing: all[from..<range.upperBound * 8])
          return unsafe pwrite(number, rest.baseAddress, rest.count, offset + start)
        }
      }
    }
  }

  /// Makes sure that the first `byteCount` bytes have their place on the disk: else ENOSPC.
  func allocate(_ byteCount: Int) throws(RingError) {
    var status = EINTR
    while status == EINTR { status = posix_fallocate(number, 0, byteCount) }
    if status == ENOSPC { throw RingError(path, .noSpace(needed: byteCount)) }
    if status != 0 { throw failure("allocate", Errno(rawValue: status)) }
  }

  /// Cuts the file to `byteCount` bytes.
  func truncate(_ byteCount: Int) throws(RingError) {
    _ = try retrying("cut") { Int(ftruncate(number, byteCount)) }
  }

  /// Sets its permissions, whatever the umask.
  func setMode(_ mode: UInt32) throws(RingError) {
    _ = try retrying("set the mode of") { Int(fchmod(number, mode)) }
  }

  /// Lets our descriptor lead to the file that `other` leads to: dup3(2).
  func become(_ other: borrowing Descriptor) throws(RingError) {
    _ = try retrying("put another file under") {
      Int(CKernel_replace_descriptor(other.number, number))
    }
  }

  /// Gives up the file's descriptor.
  consuming func intoDescriptor() -> Descriptor {
    switch consume bytes {
    case .descriptor(let descriptor): return descriptor
    case .scripted: preconditionFailure("only files are written")
    }
  }

  /// What fstat(2) says.
  func status() throws(RingError) -> stat {
    var status = stat()
    // SAFETY: the kernel fills the struct.
    _ = try retrying("inspect") { Int(unsafe fstat(number, &status)) }
    return status
  }

  private var number: Int32 {
    switch bytes {
    case .descriptor(let descriptor): descriptor.number
    case .scripted: preconditionFailure("only files are written")
    }
  }

  private func retrying(
    _ operation: String = "read", _ call: () -> Int
  ) throws(RingError) -> Int {
    while true {
      let result = call()
      if result >= 0 { return result }
      let errno = Errno.last
      if errno != .interrupted { throw failure(operation, errno) }
    }
  }

  private func failure(_ operation: String, _ errno: Errno) -> RingError {
    RingError(path, .failed(SystemCallError(operation, path, errno)))
  }
}
