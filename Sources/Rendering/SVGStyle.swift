/// The look of our pictures: system fonts, tabular figures, light and dark, and on paper as in light.
///
/// The series have the colours of Okabe and Ito, which survive colour blindness, and dashes of their
/// own, which survive a black-and-white printer.
enum SVGStyle {
  /// The dashes of the series; the first is a solid line.
  static let dashes = ["none", "7 3", "2 3", "9 3 2 3", "1 4"]

  /// The rules, all below the class `ullage`: a page that holds the picture keeps its own.
  static let sheet = """
    .ullage{\(light)font:12px system-ui,"Segoe UI","DejaVu Sans",sans-serif;\
    font-variant-numeric:tabular-nums}
    @media (prefers-color-scheme:dark){.ullage{\(dark)}}
    @media print{.ullage{\(light)}}
    .ullage .paper{fill:var(--paper)}
    .ullage text{fill:var(--ink)}
    .ullage .dim{fill:var(--dim)}
    .ullage .head{font-size:15px;font-weight:600}
    .ullage .level{font-size:15px;font-weight:800}
    .ullage .ok{fill:var(--ok)}.ullage .cliff,.ullage .warning{fill:var(--warn)}
    .ullage .critical,.ullage .exhausted{fill:var(--bad)}
    .ullage .grid{stroke:var(--grid)}
    .ullage .axis{stroke:var(--dim)}
    .ullage .border{stroke:var(--dim);stroke-dasharray:5 4}
    .ullage .gap{fill:url(#ullage-hatch)}.ullage .hatch{stroke:var(--grid);stroke-width:3}
    .ullage .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
    .ullage .thin{fill:none;stroke-width:1;opacity:.6}
    .ullage .band{opacity:.2;stroke:none}
    .ullage .event{stroke:var(--dim);opacity:.5}.ullage .mark{fill:var(--ink)}
    .ullage .fail{fill:var(--bad)}
    \(series)
    """

  /// The colours on white.
  static let light =
    "--paper:#fff;--ink:#1b1f24;--dim:#59636e;--grid:#e4e7eb;--ok:#007a5a;--warn:#9a5b00;"
    + "--bad:#b3261e;--s0:#0072b2;--s1:#d55e00;--s2:#009e73;--s3:#b0508a;--s4:#7a6a00;"

  /// The colours on black.
  static let dark =
    "--paper:#14171b;--ink:#e8ebee;--dim:#9aa4af;--grid:#2b3138;--ok:#3ccf9e;--warn:#f0b429;"
    + "--bad:#ff7b72;--s0:#56b4e9;--s1:#ff9b52;--s2:#2fd3a2;--s3:#e59ac6;--s4:#f0e442;"

  private static let series = dashes.indices.map { index in
    ".ullage .s\(index){stroke:var(--s\(index));stroke-dasharray:\(dashes[index])}"
      + ".ullage .b\(index){fill:var(--s\(index))}"
  }.joined(separator: "\n")
}
