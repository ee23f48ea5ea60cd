internal import CZlib

/// Compresses for clients that say `Accept-Encoding: gzip` (RFC 1952).
public enum Gzip {
  /// `bytes` as one gzip member; nil when there is no memory for it.
  ///
  /// About 10 ms a megabyte of metrics, at zlib's quickest level: what is compressed is sent once a scrape.
  public static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
    // SAFETY: zlib reads `bytes` and fills `output`, both of which live for the call with the sizes that it is
    // told; the stream is ended on every way out.
    var stream = unsafe z_stream()
    let (windowBits, gzip) = (MAX_WBITS, Int32(16))
    guard
      unsafe deflateInit2_(
        &stream, 1, Z_DEFLATED, windowBits + gzip, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { unsafe deflateEnd(&stream) }
    let bound = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
    var input = bytes
    return unsafe input.withUnsafeMutableBufferPointer { input in
      unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
        unsafe stream.next_in = input.baseAddress
        unsafe stream.avail_in = UInt32(input.count)
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = UInt32(output.count)
        count = unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END ? Int(stream.total_out) : 0
      }
    }
  }
}
