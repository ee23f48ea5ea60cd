import CountingWorkload

/// Nanoseconds per row of the counting loop, beside parsing alone and a raw-pointer baseline.
@main
enum CountingBench {
  static func main() {
    let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let passes = numbers.first ?? 15
    guard passes > 0 else { return }
    print("destinations      rows  contender  ns/row: median      min      max")
    for destinations in numbers.count > 1 ? [numbers[1]] : [20, 100_000] {
      let datagrams = Datagrams(rowCount: 500_000, destinationCount: destinations)
      var walk = Walk(datagrams)
      var times: [Contender: [Double]] = [:]
      // Interleaved, so that a slow moment of the machine hits all; the first pass warms the tables.
      for pass in 0...passes {
        for contender in Contender.allCases {
          let nanoseconds = Double(walk.run(contender)) / Double(datagrams.rowCount)
          if pass > 0 { times[contender, default: []].append(nanoseconds) }
        }
      }
      for contender in Contender.allCases {
        let sorted = (times[contender] ?? []).sorted()
        let cells = [sorted[sorted.count / 2], sorted[0], sorted[sorted.count - 1]].map(tenths)
        print(
          padded("\(destinations)", 12), padded("\(datagrams.rowCount)", 9),
          padded(contender.rawValue, 10), padded(cells[0], 15), padded(cells[1], 8),
          padded(cells[2], 8))
      }
    }
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
