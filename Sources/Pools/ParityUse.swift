/// How the ports that a connect pool has taken divide by parity, and what that lets suspect.
///
/// connect() takes a port of the other parity only when none of the low end's is left for the tuple;
/// bind(…, 0) goes the other way round. A program that binds a source with port 0 and then connects, without
/// IP_BIND_ADDRESS_NO_PORT, blocks each of its ports for every connect(), and no dump tells its sockets from
/// others. But they lie on the wrong side.
public struct ParityUse: Hashable, Sendable {
  /// Ports with the parity of the range's low end that are taken.
  public var takenLow: Int
  /// Ports with the other parity that are taken.
  public var takenOther: Int
  /// Ports with low's parity that connect() draws from.
  public var availableLow: Int
  /// Ports with the other parity that connect() draws from.
  public var availableOther: Int

  /// The division given.
  public init(takenLow: Int, takenOther: Int, availableLow: Int, availableOther: Int) {
    self.takenLow = takenLow
    self.takenOther = takenOther
    self.availableLow = availableLow
    self.availableOther = availableOther
  }

  /// Whether connects alone hardly came to this division: a program seems to bind before it connects.
  ///
  /// Connects fill low's parity first and then the other, so that of the other there is never a larger
  /// share; connections that end in any order which does not go by age leave it so, up to chance. Suspected
  /// is what chance explains in no more than one case of a thousand million (six standard deviations), from
  /// 16 ports on. What looks the same and is not: the rest of a burst that once used up low's parity and
  /// ends in the order in which it began, as TIME_WAIT does; ranges that programs set with
  /// IP_LOCAL_PORT_RANGE. A probe of a few of the ports settles it.
  public var suggestsEarlyBinds: Bool {
    guard takenOther >= Self.fewest, takenLow < availableLow, availableOther > 0 else {
      return false
    }
    // Shares compared without dividing: low / availableLow against other / availableOther.
    let low = Double(takenLow) * Double(availableOther)
    let other = Double(takenOther) * Double(availableLow)
    guard other > low else { return false }
    // Their variance, were each port taken with a small chance: what Poisson says is no less than the truth.
    let variance = low * Double(availableOther) + other * Double(availableLow)
    return (other - low) * (other - low) > 36 * variance
  }

  /// The fewest ports from which a division says anything.
  private static var fewest: Int { 16 }
}

extension Pool {
  /// How the pool's taken ports divide by parity; nil for pools without a preference.
  public var parityUse: ParityUse? {
    guard let takenLow, let takenOther, let cliffAt else { return nil }
    return ParityUse(
      takenLow: takenLow, takenOther: takenOther, availableLow: cliffAt,
      availableOther: capacity - cliffAt)
  }
}
