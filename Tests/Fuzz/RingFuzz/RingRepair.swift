import CKernel

/// Makes checksums right that a mutation has made wrong, so that what stands behind them is reached.
public enum RingRepair {
  /// The bytes that the checksum of a header covers, and where it stands after them.
  public static let coveredByteCount = 768

  /// Sets the checksum of the header at the start of `file`, if the file is long enough.
  public static func setHeaderChecksum(_ file: inout [UInt8]) {
    guard file.count >= coveredByteCount + 8 else { return }
    // SAFETY: the array has at least as many bytes, and lives for the call.
    var checksum = UInt64(unsafe CKernel_crc32c(0, file, coveredByteCount))
    for index in 0..<8 {
      file[coveredByteCount + index] = UInt8(truncatingIfNeeded: checksum)
      checksum >>= 8
    }
  }
}
