extension CollectorSettings {
  /// The layer of the environment: ULLAGE_INTERVAL and so on, one variable for each value of a file but
  /// the rules of alarms. A variable that is empty says nothing.
  ///
  /// `value` looks a variable up.
  public init(environment value: (String) -> String?) throws(ConfigurationError) {
    func setting(_ name: String) -> SettingValue? {
      guard let text = value(name), !text.isEmpty else { return nil }
      // A number is a number; what is text in a file is text here.
      let number = Double(text).map { ConfigurationValue.number($0) }
      return SettingValue(
        source: "the environment", key: name, value: number ?? .text(text))
    }
    func text(_ name: String) -> SettingValue? {
      guard let text = value(name), !text.isEmpty else { return nil }
      return SettingValue(source: "the environment", key: name, value: .text(text))
    }
    intervalNanoseconds = try Self.interval(setting("ULLAGE_INTERVAL"))
    budget = try Self.budget(setting("ULLAGE_BUDGET"))
    guardIntervalNanoseconds = try Self.guardInterval(setting("ULLAGE_GUARD_INTERVAL"))
    namespaces = try Self.namespaces(text("ULLAGE_NETNS"))
    ringDirectory = try Self.directory(text("ULLAGE_RING"))
    ringTotal = try setting("ULLAGE_RING_TOTAL").reading { value throws(ConfigurationError) in
      try value.byteCount()
    }
    ringRaw = try setting("ULLAGE_RING_RAW").reading { value throws(ConfigurationError) in
      try value.retention()
    }
    ringTenSeconds = try setting("ULLAGE_RING_TEN_SECONDS").reading {
      value throws(ConfigurationError) in
      try value.retention()
    }
    ringMinutes = try setting("ULLAGE_RING_MINUTES").reading {
      value throws(ConfigurationError) in
      try value.retention()
    }
    ringMode = try text("ULLAGE_RING_MODE").reading { value throws(ConfigurationError) in
      try value.mode()
    }
    warning = try Self.usage(setting("ULLAGE_WARNING"))
    critical = try Self.usage(setting("ULLAGE_CRITICAL"))
    maxPools = try Self.maxPools(setting("ULLAGE_MAX_POOLS"))
    maxAddresses = try Self.maxAddresses(setting("ULLAGE_MAX_ADDRESSES"))
    possibleFailures = try text("ULLAGE_POSSIBLE_FAILURES").reading {
      value throws(ConfigurationError) in
      try value.word([true, false]) { "\($0)" }
    }
    owners = try text("ULLAGE_OWNERS").reading { value throws(ConfigurationError) in
      try value.word([true, false]) { "\($0)" }
    }
    logLevel = try Self.logLevel(text("ULLAGE_LOG_LEVEL"))
    service = try Self.name(text("ULLAGE_SERVICE"))
    role = try Self.name(text("ULLAGE_ROLE"))
  }
}
