/// What a C programmer would write in an afternoon: raw pointers, no check of any kind, IPv4 only, one
/// counter for each destination. The yardstick beside the census, not a census.
@safe
public final class RawTable {
  private struct Slot {
    var source: UInt32 = 0
    var destination: UInt32 = 0
    var port: UInt32 = 0
    var count: UInt32 = 0
  }

  private let slots: UnsafeMutablePointer<Slot>
  private let ports: UnsafeMutablePointer<UInt64>
  private let states: UnsafeMutablePointer<Int>
  private let mask: Int

  /// A table for at most half of `capacity` destinations, a power of two.
  public init(capacity: Int) {
    precondition(capacity.nonzeroBitCount == 1)
    mask = capacity - 1
    // SAFETY: allocated here for the life of self, all elements initialised.
    unsafe slots = .allocate(capacity: capacity)
    unsafe slots.initialize(repeating: Slot(), count: capacity)
    unsafe ports = .allocate(capacity: 1024)
    unsafe ports.initialize(repeating: 0, count: 1024)
    unsafe states = .allocate(capacity: 256)
    unsafe states.initialize(repeating: 0, count: 256)
  }

  deinit {
    // SAFETY: allocated in init, freed once.
    unsafe slots.deallocate()
    unsafe ports.deallocate()
    unsafe states.deallocate()
  }

  /// Forgets all that was counted.
  public func removeAll() {
    // SAFETY: the same extents as in init.
    unsafe slots.update(repeating: Slot(), count: mask + 1)
    unsafe ports.update(repeating: 0, count: 1024)
    unsafe states.update(repeating: 0, count: 256)
  }

  /// Counts the rows of one datagram, which must be well formed, and returns how many.
  public func count(_ datagram: RawSpan) -> Int {
    // SAFETY: this is the reckless baseline; the bytes come from Datagrams and are well formed.
    unsafe datagram.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return 0 }
      var rows = 0
      var offset = 0
      while offset < bytes.count {
        let row = unsafe start + offset
        let length = unsafe row.loadUnaligned(as: UInt32.self)
        let state = unsafe row.loadUnaligned(fromByteOffset: 17, as: UInt8.self)
        let port = unsafe row.loadUnaligned(fromByteOffset: 20, as: UInt16.self).byteSwapped
        let remotePort = unsafe row.loadUnaligned(fromByteOffset: 22, as: UInt16.self)
        let source = unsafe row.loadUnaligned(fromByteOffset: 24, as: UInt32.self)
        let destination = unsafe row.loadUnaligned(fromByteOffset: 40, as: UInt32.self)
        unsafe states[Int(state)] &+= 1
        unsafe ports[Int(port >> 6)] |= 1 << UInt64(port & 63)
        var key = UInt64(source) << 32 | UInt64(destination)
        key = (key ^ UInt64(remotePort)) &* 0x9e37_79b9_7f4a_7c15
        var position = Int(truncatingIfNeeded: key >> 32) & mask
        while unsafe slots[position].count != 0 {
          if unsafe slots[position].destination == destination
            && slots[position].source == source && slots[position].port == UInt32(remotePort)
          {
            break
          }
          position = (position + 1) & mask
        }
        unsafe slots[position].source = source
        unsafe slots[position].destination = destination
        unsafe slots[position].port = UInt32(remotePort)
        unsafe slots[position].count &+= 1
        rows += 1
        offset += Int((length + 3) & ~3)
      }
      return rows
    }
  }

  /// The destinations counted.
  public var destinationCount: Int {
    // SAFETY: within the extent of the table.
    (0...mask).reduce(0) { unsafe slots[$1].count == 0 ? $0 : $0 + 1 }
  }
}
