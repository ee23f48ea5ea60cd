extension Unicode.Scalar {
  /// Whether the character steers a terminal, ends a line, or turns what is around it: names that others
  /// chose are shown without.
  public var isSteering: Bool {
    // What most names are made of, without a table.
    if value < 0x7f { return value < 0x20 }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }
}
