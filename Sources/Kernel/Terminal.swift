internal import CKernel

/// What a terminal tells about itself.
public struct Terminal: Hashable, Sendable {
  /// Characters per line.
  public let columns: Int
  /// Lines.
  public let rows: Int

  /// The size of the terminal behind `descriptor`; nil when it is none, or says zero.
  public static func size(of descriptor: Int32) -> Terminal? {
    var columns: UInt16 = 0
    var rows: UInt16 = 0
    // SAFETY: the shim fills both integers.
    guard unsafe CKernel_window_size(descriptor, &columns, &rows) == 0, columns > 0 else {
      return nil
    }
    return Terminal(columns: Int(columns), rows: Int(rows))
  }
}
