/// How the live screen is divided: from its size alone, so that nothing jumps when numbers change.
struct LiveLayout {
  /// Cells left of the plot: "100%┤".
  static let gutter = 5

  /// Cells across the plot.
  let plotColumns: Int
  /// Lines of the plot above its axis; 0: there is no room for one.
  let plotRows: Int
  /// Cells of the panel beside the plot, about the selected pool; 0: there is none.
  let sideColumns: Int

  init(_ state: LiveState) {
    let columns = max(1, state.columns)
    let share = state.rows < 30 ? state.rows * 2 / 7 : (state.rows - 8) * 9 / 20
    plotRows = state.rows < 16 || columns < 30 ? 0 : min(32, share)
    sideColumns = columns >= 150 && plotRows >= 9 ? min(84, columns * 2 / 5 - 8) : 0
    plotColumns = max(1, columns - Self.gutter - (sideColumns > 0 ? sideColumns + 3 : 0))
  }
}
