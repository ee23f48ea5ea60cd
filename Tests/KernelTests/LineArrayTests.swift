import Kernel
import Testing

@Suite struct LineArrayTests {
  @Test func `what is in it stays while it grows, past the size of a huge page too`() {
    var array = LineArray(repeating: UInt64(7), count: 3)
    change(&array, at: 1, to: 8)
    for count in [2, 3, 4, 100, 10_000, 600_000] {
      let before = array.count
      array.grow(to: count, with: UInt64(count))
      #expect(array.count == max(before, count))
      if count > before { #expect(array.span[count - 1] == UInt64(count)) }
      #expect(array.span[0] == 7)
      #expect(array.span[1] == 8)
    }
    #expect(array.span[3] == 4)
    #expect(array.span[99] == 100)
  }

  @Test func `it may be empty`() {
    var array = LineArray(repeating: UInt8(1), count: 0)
    #expect(array.count == 0)
    array.grow(to: 1, with: 2)
    #expect(array.span[0] == 2)
  }

  private func change(_ array: inout LineArray<UInt64>, at index: Int, to value: UInt64) {
    var elements = array.mutableSpan
    elements[index] = value
  }
}
