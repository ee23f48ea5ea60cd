/// A kernel's version, major and minor: what decides which rules and requests it knows.
public struct KernelVersion: Hashable, Sendable, Comparable {
  /// 6 of 6.18.44.
  public let major: Int
  /// 18 of 6.18.44.
  public let minor: Int

  /// The version `major`.`minor`.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Parses the start of a release such as "6.18.44-generic"; nil when it has no two numbers.
  public init?(release: String) {
    let numbers = release.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
    guard numbers.count == 2, release.first?.isNumber == true else { return nil }
    self.init(numbers[0], numbers[1])
  }

  /// The running kernel's version; 0.0 when its release cannot be read, so that it is trusted least.
  public static func running() -> KernelVersion {
    KernelVersion(release: Machine.kernelRelease()) ?? KernelVersion(0, 0)
  }

  /// Older than.
  public static func < (left: KernelVersion, right: KernelVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}

extension KernelVersion: CustomStringConvertible {
  /// "6.18".
  public var description: String { "\(major).\(minor)" }
}
