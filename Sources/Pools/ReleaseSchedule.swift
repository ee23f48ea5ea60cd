/// The ports of a pool that come back by themselves: TIME_WAIT that ends, tooth by tooth.
public struct ReleaseSchedule: Hashable, Sendable {
  /// Ports that come back at one moment.
  public struct Tooth: Hashable, Sendable {
    /// Seconds from when it was counted.
    public var seconds: Double
    /// Ports of A that are free from then on.
    public var ports: Int

    /// `ports` in `seconds`.
    public init(seconds: Double, ports: Int) {
      self.seconds = seconds
      self.ports = ports
    }
  }

  /// The teeth, the next one first; none with 0 ports.
  public var teeth: [Tooth]

  /// The teeth given, which must be in order.
  public init(_ teeth: [Tooth] = []) { self.teeth = teeth }

  /// Ports that come back within `seconds`.
  public func ports(within seconds: Double) -> Int {
    teeth.reduce(0) { $0 + ($1.seconds <= seconds ? $1.ports : 0) }
  }

  /// The schedule as it stands `seconds` later: what has come back meanwhile is left out.
  public func aged(by seconds: Double) -> ReleaseSchedule {
    ReleaseSchedule(
      teeth.compactMap { tooth in
        tooth.seconds > seconds
          ? Tooth(seconds: tooth.seconds - seconds, ports: tooth.ports) : nil
      })
  }
}
