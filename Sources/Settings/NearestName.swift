/// The name that somebody may have meant.
enum NearestName {
  /// The one of `names` with the fewest changes from `name`, at most a third of its length.
  static func of(_ name: String, in names: [String]) -> String? {
    let ranked = names.map { (name: $0, distance: distance(Array(name), Array($0))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, name.count / 3) ? best.name : nil
  }

  /// The characters to insert, remove or replace: Levenshtein's distance, row by row.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (index, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in right.indices {
        let replaced = diagonal + (right[column] == character ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[right.count]
  }
}
