/// One place for each case of an enumeration, each known or not.
///
/// Subscripting costs an array access. What is nil is unknown, which is never the same as 0.
public struct Measurements<Name, Value>: Sendable, Hashable
where
  Name: CaseIterable & RawRepresentable & Hashable & Sendable, Name.RawValue == Int,
  Value: Hashable & Sendable
{
  private var values: [Value?]

  /// Nothing known.
  public init() { values = Array(repeating: nil, count: Name.allCases.count) }

  /// The value of `name`, if it is known.
  public subscript(name: Name) -> Value? {
    get { values[name.rawValue] }
    set { values[name.rawValue] = newValue }
  }

  /// Calls `body` with each that is known, in order.
  public func forEach(_ body: (Name, Value) -> Void) {
    for name in Name.allCases {
      if let value = values[name.rawValue] { body(name, value) }
    }
  }
}

/// The gauges of a frame.
public typealias HostGauges = Measurements<HostGauge, Gauge>

/// The counters of a frame.
public typealias HostCounters = Measurements<HostCounter, UInt64>

extension Measurements where Name == HostGauge, Value == Gauge {
  /// Notes one sample of `name`; nothing where it is not known.
  public mutating func sample(_ name: HostGauge, _ value: Int?) {
    self[name] = value.map { Gauge($0) }
  }
}

extension Measurements where Name == HostCounter, Value == UInt64 {
  /// Adds to `name`, which is known from now on.
  public mutating func add(_ name: HostCounter, _ value: UInt64 = 1) {
    self[name] = (self[name] ?? 0) &+ value
  }

  /// Adds every known value of `other`.
  public mutating func add(_ other: HostCounters) {
    other.forEach { name, value in add(name, value) }
  }
}
