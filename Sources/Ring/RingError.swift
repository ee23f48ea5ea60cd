public import Kernel

/// Why a ring file cannot be opened, read or written: which file, and what is the matter.
///
/// A slot that cannot be had is none of these: that is expected, and a `SlotReading`.
public struct RingError: Error, Hashable, Sendable {
  /// The file.
  public let path: String
  /// What is the matter with it.
  public let reason: Reason

  /// The error of `path`.
  public init(_ path: String, _ reason: Reason) {
    self.path = path
    self.reason = reason
  }

  /// What can be the matter with a ring file.
  public enum Reason: Hashable, Sendable {
    /// There is no such file: its writer has not been started, or not yet.
    case missing
    /// A call failed; its subject may be a file beside the ring.
    case failed(SystemCallError)
    /// A symbolic link stands where the ring should be; a writer follows none.
    case symbolicLink
    /// A directory, a device or a pipe.
    case notRegularFile
    /// The file belongs to another user, and the writer takes over none of others'.
    case wrongOwner(owner: UInt32, user: UInt32)
    /// The directory belongs to another user, who could replace the ring by anything.
    case foreignDirectory(owner: UInt32, user: UInt32)
    /// Others may write to the directory, and so replace the ring by anything.
    case openDirectory(mode: UInt32)
    /// The file was removed, or another put in its place, while it was written.
    case removed
    /// Shorter than a header: no ring, or cut.
    case tooShort(byteCount: Int)
    /// Something else than a ring.
    case wrongMagic(UInt64)
    /// A ring of a program that is older or newer than this one.
    case wrongVersion(file: UInt64)
    /// A header that contradicts itself.
    case corruptHeader(HeaderFault)
    /// Shorter than its own header says.
    case truncated(byteCount: Int, needed: Int)
    /// Somebody writes it already; the pid is what the lock file says, 0 if it does not.
    case locked(pid: Int32)
    /// No room for the file on its file system.
    case noSpace(needed: Int)
    /// The writer was asked for something that no ring can be.
    case impossibleGeometry(RingGeometry.Fault)
    /// A payload does not fit its slot.
    case tooLong(wordCount: Int, capacity: Int)
    /// A recording is never written over another file.
    case exists
    /// An excerpt that came from elsewhere is none.
    case malformedExcerpt(ExcerptFault)
    /// A tier of a recording has as many slots as it can have.
    case full(slotCount: UInt64)
  }

  /// How an excerpt contradicts itself.
  public enum ExcerptFault: Hashable, Sendable {
    /// So many bytes: no whole words, or it ends within something.
    case byteCount(Int)
    /// It is about a tier that its header lacks.
    case tier(UInt64)
    /// It is of a recording, which nobody follows.
    case recording
    /// A slot is out of order, or no published one.
    case sequence(UInt64)
    /// The checksum of a slot is wrong, or its length.
    case slot(number: UInt64)
    /// It is of another ring than the one that is followed.
    case anotherRing
  }

  /// How a header contradicts itself.
  public enum HeaderFault: Hashable, Sendable {
    /// The checksum of the constant part is wrong.
    case checksum(stored: UInt64, computed: UInt32)
    /// The header has another length than this version gives it.
    case headerByteCount(UInt64)
    /// The tiers are impossible.
    case geometry(RingGeometry.Fault)
    /// A number is too large to be one.
    case number(UInt64)
    /// A tier does not stand where those before it end.
    case fileOffset(tier: Int, UInt64)
  }
}
