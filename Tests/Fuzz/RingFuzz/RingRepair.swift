import CKernel

/// Makes checksums right that a mutation has made wrong, so that what stands behind them is reached.
public enum RingRepair {
  /// The bytes that the checksum of a header covers, and where it stands after them.
  public static let coveredByteCount = 768

  /// Sets the checksum of the header that begins at `start` in `file`, if the file is long enough.
  public static func setHeaderChecksum(_ file: inout [UInt8], at start: Int = 0) {
    guard file.count >= start + coveredByteCount + 8 else { return }
    let covered = Array(file[start..<start + coveredByteCount])
    // SAFETY: the array has as many bytes, and lives for the call.
    var checksum = UInt64(unsafe CKernel_crc32c(0, covered, coveredByteCount))
    for index in 0..<8 {
      file[start + coveredByteCount + index] = UInt8(truncatingIfNeeded: checksum)
      checksum >>= 8
    }
  }
}
