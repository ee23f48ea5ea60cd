internal import Alarms

extension CollectorSettings {
  /// The keys of a configuration file, in the order in which they are documented.
  static let keys = [
    "interval", "budget", "guard_interval", "netns", "ring", "thresholds", "max_pools",
    "max_addresses",
    "possible_failures", "owners", "log_level", "service", "role", "alarms",
  ]

  /// The layer in the bytes of a file; `source` is its path, for messages.
  public init(json5 bytes: [UInt8], source: String) throws(ConfigurationError) {
    let value = try ConfigurationValue.parse(bytes, source: source)
    let object = try SettingObject(value, source: source, path: "", keys: Self.keys)
    intervalNanoseconds = try Self.interval(object["interval"])
    budget = try Self.budget(object["budget"])
    guardIntervalNanoseconds = try Self.guardInterval(object["guard_interval"])
    namespaces = try Self.namespaces(object["netns"])
    if let ring = object["ring"] { try readRing(ring) }
    if let thresholds = object["thresholds"] {
      let object = try SettingObject(
        thresholds.value, source: source, path: "thresholds", keys: ["warning", "critical"])
      warning = try Self.usage(object["warning"])
      critical = try Self.usage(object["critical"])
    }
    maxPools = try Self.maxPools(object["max_pools"])
    maxAddresses = try Self.maxAddresses(object["max_addresses"])
    possibleFailures = try object["possible_failures"]?.flag()
    owners = try object["owners"]?.flag()
    logLevel = try Self.logLevel(object["log_level"])
    service = try Self.name(object["service"])
    role = try Self.name(object["role"])
    if let rules = object["alarms"] { alarms = try AlarmRuleSettings.rules(rules) }
  }

  private mutating func readRing(_ ring: SettingValue) throws(ConfigurationError) {
    let object = try SettingObject(
      ring.value, source: ring.source, path: "ring",
      keys: ["directory", "total", "raw", "ten_seconds", "minutes", "mode"])
    ringDirectory = try Self.directory(object["directory"])
    ringTotal = try object["total"].reading { value throws(ConfigurationError) in
      try value.byteCount()
    }
    ringRaw = try object["raw"].reading { value throws(ConfigurationError) in
      try value.retention()
    }
    ringTenSeconds = try object["ten_seconds"].reading { value throws(ConfigurationError) in
      try value.retention()
    }
    ringMinutes = try object["minutes"].reading { value throws(ConfigurationError) in
      try value.retention()
    }
    ringMode = try object["mode"].reading { value throws(ConfigurationError) in
      try value.mode()
    }
  }
}

// What each value may be, wherever it comes from.
extension CollectorSettings {
  static func interval(_ value: SettingValue?) throws(ConfigurationError) -> UInt64? {
    guard let value else { return nil }
    return try value.duration("10ms", "1h")
  }

  static func guardInterval(_ value: SettingValue?) throws(ConfigurationError) -> UInt64? {
    guard let value else { return nil }
    return try value.duration("10ms", "1min")
  }

  static func budget(_ value: SettingValue?) throws(ConfigurationError) -> Double? {
    guard let value else { return nil }
    return try value.number(0.001...1, "a share of one processor from 0.001 to 1")
  }

  static func usage(_ value: SettingValue?) throws(ConfigurationError) -> Double? {
    guard let value else { return nil }
    return try value.number(Double.leastNonzeroMagnitude...1, "a ratio above 0 and up to 1")
  }

  static func namespaces(
    _ value: SettingValue?
  ) throws(ConfigurationError) -> CollectedNamespaces? {
    guard let value else { return nil }
    return try value.word(CollectedNamespaces.allCases) { $0.rawValue }
  }

  static func directory(_ value: SettingValue?) throws(ConfigurationError) -> String? {
    guard let value else { return nil }
    guard case .text(let path) = value.value, path.hasPrefix("/"), !path.utf8.contains(0) else {
      throw value.refused("the path of a directory, from / on")
    }
    return path
  }

  static func maxPools(_ value: SettingValue?) throws(ConfigurationError) -> Int? {
    guard let value else { return nil }
    return try value.count(8...4_000_000)
  }

  static func maxAddresses(_ value: SettingValue?) throws(ConfigurationError) -> Int? {
    guard let value else { return nil }
    return try value.count(8...65_536)
  }

  static func logLevel(_ value: SettingValue?) throws(ConfigurationError) -> LogLevel? {
    guard let value else { return nil }
    return try value.word(LogLevel.allCases) { $0.rawValue }
  }

  static func name(_ value: SettingValue?) throws(ConfigurationError) -> String? {
    guard let value else { return nil }
    return try value.text(0...128)
  }
}

extension Optional where Wrapped == SettingValue {
  /// What `read` makes of the value, if there is one.
  func reading<Result>(
    _ read: (SettingValue) throws(ConfigurationError) -> Result
  ) throws(ConfigurationError) -> Result? {
    guard let value = self else { return nil }
    return try read(value)
  }
}
