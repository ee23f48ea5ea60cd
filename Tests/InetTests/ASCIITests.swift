import Inet
import Testing

@Suite struct ASCIITests {
  @Test(arguments: [0, 1, 9, 10, 99, 100, 101, 65_535, 1_000_000, .max - 1, .max] as [UInt64])
  func `a number is written in decimal`(_ number: UInt64) {
    var bytes = Array("x".utf8)
    bytes.appendDecimal(number)
    #expect(String(decoding: bytes, as: UTF8.self) == "x\(number)")
  }
}
