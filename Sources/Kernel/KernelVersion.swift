/// A kernel's version: what decides which rules and requests it knows (`KernelRule`).
public struct KernelVersion: Hashable, Sendable, Comparable {
  /// 6 of 6.18.44.
  public let major: Int
  /// 18 of 6.18.44.
  public let minor: Int
  /// 44 of 6.18.44: what stable releases have fixed since.
  public let patch: Int

  /// The version `major`.`minor`.`patch`.
  public init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// Parses the start of a release such as "6.18.44-generic"; nil when it has no two numbers. Without a
  /// third number, as in "6.8-rc3", the patch is 0.
  public init?(release: String) {
    let parts = release.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    let numbers = parts.map { $0.prefix { $0.isASCII && $0.isNumber } }
    guard parts.count >= 2, numbers[0] == parts[0], let major = Int(numbers[0]),
      let minor = Int(numbers[1])
    else { return nil }
    self.init(major, minor, parts.count == 3 ? Int(numbers[2]) ?? 0 : 0)
  }

  /// The running kernel's version; 0.0 when its release cannot be read, so that it is trusted least.
  public static func running() -> KernelVersion {
    KernelVersion(release: Machine.kernelRelease()) ?? KernelVersion(0, 0)
  }

  /// Older than.
  public static func < (left: KernelVersion, right: KernelVersion) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }
}

extension KernelVersion: CustomStringConvertible {
  /// "6.18", without the patch.
  public var description: String { "\(major).\(minor)" }
}
