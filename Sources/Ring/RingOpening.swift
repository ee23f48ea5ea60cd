import Glibc
import Kernel

/// How a writer comes by its file, under the lock: continue it, or make a new one in its place.
struct RingOpening: ~Copyable {
  private var file: RingFile?
  let origin: RingOrigin
  let header: RingHeader

  private init(_ file: consuming RingFile, _ origin: RingOrigin, _ header: RingHeader) {
    self.file = consume file
    self.origin = origin
    self.header = header
  }

  static func open(
    _ path: String, _ geometry: RingGeometry, _ identity: RingIdentity, _ mode: UInt32
  ) throws(RingError) -> RingOpening {
    let fresh = RingHeader(geometry: geometry, identity: identity)
    guard try inspect(path) else {
      let file = try make(path, "\(path).new", fresh, mode)
      try move("\(path).new", to: path)
      return RingOpening(file, .made, fresh)
    }
    var old = try openExisting(path)
    let found = try header(of: &old)
    // Of what is continued and of what is kept beside: who may read both is said anew.
    try old.setMode(mode)
    let origin: RingOrigin
    switch found {
    case .failure(let error): origin = .replacedForDamage(error.reason)
    case .success(let header) where header.geometry != geometry: origin = .replacedForGeometry
    case .success(let header) where !header.identity.mayShareNamespace(with: identity):
      origin = .replacedForIdentity
    case .success(let header):
      var recovery = RingRecovery(SlotAccess(old, geometry), header, identity)
      try recovery.run()
      return RingOpening(
        recovery.takeFile(), .continued(lostSlotCount: recovery.lostSlotCount), recovery.header)
    }
    let file = try make(path, "\(path).new", fresh, mode)
    try move(path, to: "\(path).old")
    try move("\(path).new", to: path)
    return RingOpening(file, origin, fresh)
  }

  /// Hands over the file, once.
  mutating func takeFile() -> RingFile {
    guard let file = file.take() else { preconditionFailure("the file is taken once") }
    return file
  }

  /// The header of what is there, or why it is to be replaced; throws where it must be left alone.
  private static func header(
    of file: inout RingFile
  ) throws(RingError) -> Result<RingHeader, RingError> {
    do throws(RingError) {
      return .success(try SlotAccess.header(of: &file))
    } catch {
      guard mayReplace(error.reason) else { throw error }
      return .failure(error)
    }
  }

  /// Whether what is there was a ring: what has another magic may be anything of the user's.
  private static func mayReplace(_ reason: RingError.Reason) -> Bool {
    switch reason {
    case .wrongVersion, .corruptHeader, .truncated, .wrongMagic(0): true
    // A power failure may leave a file of its name and nothing in it.
    case .tooShort(let byteCount): byteCount == 0 || byteCount >= 8
    default: false
    }
  }

  /// Whether something is at `path`; throws unless it is a file of ours.
  private static func inspect(_ path: String) throws(RingError) -> Bool {
    var status = stat()
    // SAFETY: the string lives for the call and the kernel fills the struct.
    guard unsafe lstat(path, &status) == 0 else {
      let errno = Errno.last
      if errno == .noEntry { return false }
      throw RingError(path, .failed(SystemCallError("inspect", path, errno)))
    }
    try check(status, path)
    return true
  }

  private static func check(_ status: stat, _ path: String) throws(RingError) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFLNK: throw RingError(path, .symbolicLink)
    default: throw RingError(path, .notRegularFile)
    }
    if status.st_uid != geteuid() {
      throw RingError(path, .wrongOwner(owner: status.st_uid, user: geteuid()))
    }
  }

  private static func openExisting(_ path: String) throws(RingError) -> RingFile {
    let descriptor: Descriptor
    do throws(SystemCallError) {
      descriptor = try Descriptor(opening: path, flags: O_RDWR | O_NOFOLLOW | O_NONBLOCK)
    } catch {
      throw RingError(path, .failed(error))
    }
    let file = RingFile(path, .descriptor(descriptor))
    // Once more: somebody may have changed what stands there since.
    try check(try file.status(), path)
    return file
  }

  /// Makes `temporary`, of full length and with its header; removes it if that cannot be done. Errors
  /// speak of `path`, which it will become.
  static func make(
    _ path: String, _ temporary: String, _ header: RingHeader, _ mode: UInt32
  ) throws(RingError) -> RingFile {
    // SAFETY: the string lives for both calls; open(2) takes a mode with O_CREAT.
    unsafe unlink(temporary)
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let number = unsafe Glibc.open(temporary, flags, 0o600)
    guard number >= 0 else {
      throw RingError(path, .failed(SystemCallError("create", temporary, Errno.last)))
    }
    let file = RingFile(path, .descriptor(Descriptor(owning: number)))
    do throws(RingError) {
      try file.allocate(header.geometry.byteCount)
      let page = HeaderPage(header).words
      try file.write(page, 0..<page.count, at: 0)
      guard fchmod(number, mode) == 0 else {
        throw RingError(path, .failed(SystemCallError("set the mode of", temporary, Errno.last)))
      }
    } catch {
      // SAFETY: the string lives for the call.
      unsafe unlink(temporary)
      throw error
    }
    return file
  }

  private static func move(_ old: String, to new: String) throws(RingError) {
    // SAFETY: both strings live for the call.
    guard unsafe rename(old, new) == 0 else {
      throw RingError(new, .failed(SystemCallError("rename to \(new)", old, Errno.last)))
    }
  }
}
