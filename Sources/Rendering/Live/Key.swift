/// A key that was pressed, as far as the live screen tells keys apart.
public enum Key: Hashable, Sendable {
  /// A character, as typed.
  case character(Character)
  /// A letter with the control key: lower case.
  case control(Character)
  /// Return.
  case enter
  /// Escape, alone.
  case escape
  /// Tab.
  case tab
  /// Shift and tab.
  case backTab
  /// Backspace.
  case backspace
  /// Delete.
  case delete
  /// Arrow up.
  case up
  /// Arrow down.
  case down
  /// Arrow left.
  case left
  /// Arrow right.
  case right
  /// Arrow left with shift, control or alt.
  case shiftLeft
  /// Arrow right with shift, control or alt.
  case shiftRight
  /// Page up.
  case pageUp
  /// Page down.
  case pageDown
  /// Home.
  case home
  /// End.
  case end
}
