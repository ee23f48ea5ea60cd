import Kernel

extension RingError: CustomStringConvertible {
  /// What was tried, on what, what came back, and what to do.
  public var description: String {
    switch reason {
    case .missing:
      "cannot open ring \(path): no such file (ENOENT 2); is the collector running?"
    case .failed(let error) where error.subject == path: "ring: \(error)"
    case .failed(let error): "ring \(path): \(error)"
    case .symbolicLink:
      "cannot write ring \(path): it is a symbolic link; name the file itself"
    case .notRegularFile: "cannot open ring \(path): it is no regular file"
    case .wrongOwner(let owner, let user):
      "cannot write ring \(path): it belongs to user \(owner) and this is user \(user); "
        + "remove it or choose another path"
    case .foreignDirectory(let owner, let user):
      "cannot write ring \(path): its directory belongs to user \(owner), who could replace it, and this "
        + "is user \(user); choose a directory of your own or root's"
    case .openDirectory(let mode):
      "cannot write ring \(path): others may write to its directory (mode \(Self.octal(mode))) and could "
        + "replace it; chmod go-w the directory or choose another"
    case .removed:
      "cannot write ring \(path): the file was removed or replaced and nobody can read it any more; "
        + "start the collector again, which makes a new one"
    case .tooShort(let count):
      "cannot read ring \(path): \(count) bytes, less than a header of \(RingLayout.headerByteCount); "
        + "it is no ring, or was cut"
    case .wrongMagic(let word):
      "cannot read ring \(path): it starts with \(Self.hexadecimal(word)) "
        + "and not with \(Self.hexadecimal(RingLayout.magic)) (ULLAGERG); it is no ring"
    case .wrongVersion(let version):
      "cannot read ring \(path): its layout version is \(version) and this program's "
        + "\(RingLayout.version); use the ullage that wrote it"
        + (version > RingLayout.version ? ", which is newer" : ", which is older")
    case .corruptHeader(let fault):
      "cannot read ring \(path): its header is damaged: \(fault); a collector that starts keeps it as "
        + "\(path).old and makes a new one"
    case .truncated(let count, let needed):
      "cannot read ring \(path): \(count) bytes, and its header speaks of \(needed); it was cut"
    case .locked(let pid):
      "cannot write ring \(path): "
        + (pid > 0 ? "process \(pid) writes it" : "another process writes it")
        + "; stop that one or choose another path"
    case .noSpace(let needed):
      "cannot make ring \(path): no space for its \(needed) bytes (ENOSPC 28); "
        + "free some or choose another path"
    case .impossibleGeometry(let fault): "cannot make ring \(path): \(fault)"
    case .tooLong(let wordCount, let capacity):
      "cannot publish to ring \(path): \(wordCount) words, and the slot has room for \(capacity)"
    case .exists:
      "cannot record to \(path): the file exists (EEXIST 17); remove it or choose another path"
    case .malformedExcerpt(let fault):
      "cannot follow ring \(path): what came is no excerpt: \(fault)"
    case .full(let count):
      "cannot record to \(path): it has \(count) slots of a kind, the most it can have; "
        + "begin another recording"
    }
  }

  private static func octal(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }

  static func hexadecimal(_ word: UInt64) -> String { "0x" + String(word, radix: 16) }
}

extension RingError.HeaderFault: CustomStringConvertible {
  /// "its checksum is 0x1 and should be 0x2".
  public var description: String {
    switch self {
    case .checksum(let stored, let computed):
      "its checksum is \(RingError.hexadecimal(stored)) and should be "
        + RingError.hexadecimal(UInt64(computed))
    case .headerByteCount(let count):
      "it says to be \(count) bytes long and not \(RingLayout.headerByteCount)"
    case .geometry(let fault): "\(fault)"
    case .number(let value): "\(value) is no possible number"
    case .fileOffset(let tier, let offset): "tier \(tier) cannot stand at byte \(offset)"
    }
  }
}

extension RingError.ExcerptFault: CustomStringConvertible {
  /// "it is about tier 9, which its header lacks".
  public var description: String {
    switch self {
    case .byteCount(let count): "it has \(count) bytes and ends too early"
    case .tier(let tier): "it is about tier \(tier), which its header lacks"
    case .recording: "a recording is not followed"
    case .sequence(let sequence): "\(sequence) is not the sequence of the next slot"
    case .slot(let number): "slot \(number) is damaged"
    case .anotherRing: "it is of another ring"
    }
  }
}
