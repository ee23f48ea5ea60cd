/// The look of the live page: that of a report, and what only this page has.
///
/// A text that never changes: the page's content policy names its hash, which a test recomputes.
enum LivePageStyle {
  /// Of the style, in base 64; what the policy allows.
  static let hash = "sha256-AluYpljahkZ3REac97CBxuLOVd8Yee5b5R4iRCSJ6Sg="

  /// The rules of the page.
  static let page = """
    \(ReportStyle.page)
    .trouble{background:var(--bad);color:var(--paper);border-radius:.35rem;padding:.45em .7em;\
    font-weight:650}
    #connection{position:sticky;top:0;z-index:2;margin:0;padding:.3rem 1.25rem;\
    background:var(--warn);color:var(--paper);font-weight:650}
    #connection[hidden]{display:none}
    .heard{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%)}
    .ways{display:flex;flex-wrap:wrap;gap:.2rem .9rem;margin:1.2rem 0 0}
    .ways a,footer a{color:var(--s0)}
    .ways [aria-current]{color:var(--ink);font-weight:650;text-decoration:none}
    .run .chart{cursor:crosshair}
    """
}
