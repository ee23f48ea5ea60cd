import Testing

/// The reference audit is held to what the kernel was seen to refuse.
@Suite struct BytecodeAuditTests {
  static let refused: [(String, [UInt8])] = [
    ("an empty program", []),
    ("no eight past the end", [2, 8, 16, 0, 0, 0, 1, 0]),
    ("yes no multiple of four", [2, 9, 12, 0, 0, 0, 1, 0]),
    ("yes within the operands", [2, 4, 12, 0, 0, 0, 1, 0]),
    ("no into an operand", [2, 8, 12, 0, 0, 0, 1, 0, 3, 8, 12, 0, 0, 0, 2, 0]),
    ("an unknown code", [14, 4, 8, 0]),
    ("a prefix of 33 bits", [7, 16, 20, 0, 2, 33, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
    ("a condition cut short", [7, 8, 12, 0, 2, 8, 0, 0]),
  ]

  @Test(arguments: refused)
  func `the audit refuses what the kernel refused`(_ name: String, _ program: [UInt8]) {
    #expect(BytecodeMachine(program).auditFailure() != nil, "\(name)")
  }

  @Test(arguments: [
    [UInt8]([0, 4, 0, 0]), [1, 4, 8, 0], [1, 4, 4, 0], [2, 8, 8, 0, 0, 0, 1, 0],
  ])
  func `the audit takes what the kernel took`(_ program: [UInt8]) {
    #expect(BytecodeMachine(program).auditFailure() == nil)
  }
}
