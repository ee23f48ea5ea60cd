/// The look of a report: one column, the verdict large and first, system fonts, tabular figures; light and
/// dark, and on paper as in light.
///
/// A text that never changes: the page's content policy names its hash, which a test recomputes. The colours
/// of the first five pools are those of our other pictures; each pool has dashes of its own, and the states
/// differ in lightness, so that they survive colour blindness and a black-and-white printer.
enum ReportStyle {
  /// The dashes of the pools that are drawn; the first is a solid line.
  static let dashes = ["none", "8 3", "2 3", "9 3 2 3", "1 4", "14 4", "6 2 2 2 2 2", "3 6"]

  /// Of the style, in base 64; what the policy allows.
  static let hash = "sha256-d30ulRH80GuQrEXzAc9uOt7BbDjfKwvtymJyOQKkenE="

  /// The rules of a whole page.
  static let page = """
    \(chart)
    *{box-sizing:border-box}
    html{color-scheme:light dark}
    body{margin:0;background:var(--paper);color:var(--ink);\
    font:16px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
    main{max-width:70rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
    h1{font-size:clamp(1.35rem,1rem + 1.6vw,2rem);line-height:1.25;margin:.4rem 0 .5rem;\
    font-weight:650;text-wrap:balance;overflow-wrap:anywhere}
    h2{font-size:1.15rem;margin:2.6rem 0 .3rem;font-weight:650}
    h3{font-size:1rem;margin:1.2rem 0 .3rem}
    p{margin:.3rem 0}
    .context,.note,.lead{color:var(--dim)}
    .context{font-size:.9rem;overflow-wrap:anywhere}
    .lead{max-width:46rem}
    .level{display:inline-block;color:var(--paper);background:var(--dim);border-radius:.35rem;\
    padding:.05em .45em;margin-right:.5rem;font-weight:750;letter-spacing:.02em}
    .level.ok{background:var(--ok)}.level.cliff,.level.warning{background:var(--warn)}
    .level.critical,.level.exhausted{background:var(--bad)}
    .answers{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.1rem;margin:.8rem 0 0}
    .answers dt{color:var(--dim);grid-column:1}.answers dd{margin:0;grid-column:2;\
    overflow-wrap:anywhere}
    .word{font-weight:650}.word.ok{color:var(--ok)}.word.cliff,.word.warning{color:var(--warn)}
    .word.critical,.word.exhausted{color:var(--bad)}
    .facts{display:grid;grid-template-columns:repeat(3,1fr);margin:1.4rem 0 0;\
    border:1px solid var(--grid);border-radius:.5rem;overflow:hidden}
    .facts div{padding:.7rem .9rem;box-shadow:0 0 0 1px var(--grid)}
    @media (min-width:60rem){.facts{grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr))}}
    .facts dt{font-size:.82rem;color:var(--dim)}
    .facts dd{margin:0;font-size:1.35rem;font-weight:600;line-height:1.3}
    .facts small{display:block;font-size:.8rem;font-weight:400;color:var(--dim)}
    figure{margin:.6rem 0 0}
    .chart{display:block;overflow:visible;touch-action:pan-y}
    .legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;margin:.4rem 0 0;padding:0;\
    font-size:.9rem}
    .swatch{width:2.1em;height:.9em;vertical-align:-.08em;margin-right:.45em;overflow:visible}
    .explore{position:sticky;bottom:0;z-index:1;background:var(--paper);border:1px solid var(--grid);\
    border-radius:.5rem;padding:.5rem .9rem;margin:.8rem 0 0;display:grid;\
    grid-template-columns:auto 1fr;gap:0 1rem;align-items:center}
    .explore[hidden]{display:none}
    .explore output{grid-column:1/-1;font-size:.9rem;min-height:1.5em}
    .explore input{width:100%;accent-color:var(--s0)}
    .run{margin-top:1rem}.run+.run,header~.run{margin-top:3.5rem}
    .wide{overflow-x:auto;margin:.6rem 0 0}
    table{border-collapse:collapse;width:100%;font-size:.9rem}
    .slim{width:auto}.slim th,.slim td{padding-right:2rem}
    caption{text-align:left;color:var(--dim);padding:0 0 .3rem}
    th,td{padding:.35rem .9rem .35rem 0;text-align:left;vertical-align:baseline;\
    border-bottom:1px solid var(--grid)}
    thead th{font-weight:600;color:var(--dim);font-size:.82rem;vertical-align:bottom}
    tbody th{font-weight:500}
    .n{text-align:right;white-space:nowrap}thead .n{white-space:normal}
    td.t{white-space:nowrap}
    .name{min-width:11rem;overflow-wrap:anywhere}
    .name small{display:block;color:var(--dim);font-weight:400}
    @media (min-width:60rem){.name{min-width:16.5rem}}
    .bar{width:5.5rem;height:.7em;margin-right:.5em;vertical-align:-.02em}
    .bar rect{fill:var(--grid)}.bar rect+rect{fill:var(--s0)}
    .mark{display:inline-block;min-width:1.45em;text-align:center;border-radius:1em;font-size:.78rem;\
    font-weight:650;padding:0 .3em;color:var(--paper);background:var(--dim)}
    .mark.warning{background:var(--warn)}.mark.critical{background:var(--bad)}
    .better{color:var(--ok)}.worse{color:var(--bad)}
    .run:not(.live) .now{display:none}
    .now{color:var(--s0);font-weight:600}
    details{margin:1rem 0 0}summary{cursor:pointer;color:var(--dim)}
    footer{margin-top:3rem;padding-top:.8rem;border-top:1px solid var(--grid);color:var(--dim);\
    font-size:.85rem}
    code{font:.92em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
    label{cursor:pointer}
    input[type=checkbox]{accent-color:var(--s0);margin:0 .5em 0 0;vertical-align:-.08em}
    :focus-visible{outline:2px solid var(--s0);outline-offset:2px;border-radius:3px}
    .two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));\
    gap:1rem 2rem}
    .two h2{margin-top:1.2rem}
    \(picks)
    @media (max-width:40rem){main{padding:1rem .9rem 3rem}.minor{display:none}\
    .answers{display:block}.answers dt{margin-top:.5rem}.answers dd+dd{margin-top:.25rem}\
    .facts{grid-template-columns:1fr 1fr}.facts dd{font-size:1.15rem}.bar,.chart .rest{display:none}}
    @media print{html{font-size:13px}main{max-width:none;padding:0}\
    .explore,.now,.cursor,input[type=checkbox]{display:none}\
    h2,.lead,caption,thead{break-after:avoid}figure,tr,.facts{break-inside:avoid}.wide{overflow:visible}\
    details::details-content{content-visibility:visible;block-size:auto}\
    .level,.mark{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
    """

  /// The rules of charts alone.
  static let chart = """
    :root,.ullage{\(SVGStyle.light)\(light)}
    @media (prefers-color-scheme:dark){:root,.ullage{\(SVGStyle.dark)\(dark)}}
    @media print{:root,.ullage{\(SVGStyle.light)\(light)}}
    .ullage{font-family:system-ui,"Segoe UI","DejaVu Sans",sans-serif;\
    font-variant-numeric:tabular-nums}
    .paper{fill:var(--paper)}
    .chart text{font-size:12px;fill:var(--ink)}.chart .dim,.chart .value{fill:var(--dim)}
    .chart .value{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
    .chart .head{font-size:18px;font-weight:650}.chart .name{font-size:13px;font-weight:650}
    .chart .bad{fill:var(--bad)}.chart .warn{fill:var(--warn)}.chart .good{fill:var(--ok)}
    .grid{stroke:var(--grid)}.axis{stroke:var(--dim)}
    .border{stroke:var(--ink);stroke-dasharray:6 4;opacity:.75}
    .cursor{stroke:var(--ink);stroke-width:1}
    .gap{fill:var(--grid);opacity:.6}
    .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round;\
    vector-effect:non-scaling-stroke}
    .band{stroke:none;opacity:.22}
    .rate{stroke:var(--s0)}.fail{fill:var(--bad);stroke:none}
    .area{stroke:var(--paper);stroke-width:1;vector-effect:non-scaling-stroke}
    .moment line{stroke:var(--dim);opacity:.55}.moment rect{fill:var(--dim)}
    .chart .moment text{fill:var(--paper);font-size:10.5px;font-weight:650}
    .moment.critical line{stroke:var(--bad)}.moment.critical rect{fill:var(--bad)}
    .moment.warning line{stroke:var(--warn)}.moment.warning rect{fill:var(--warn)}
    \(series)
    \(states)
    """

  private static let light =
    "--s5:#1b1f24;--s6:#882255;--s7:#5a6b00;"
    + "--t0:#0072b2;--t1:#e69f00;--t2:#b3261e;--t3:#7cc4ee;--t4:#8a929b;--t5:#c9a0c4;"

  private static let dark =
    "--s5:#e8ebee;--s6:#f09cc0;--s7:#b5c94c;"
    + "--t0:#3d9fdb;--t1:#f0b429;--t2:#ff7b72;--t3:#9fd8ff;--t4:#6b747e;--t5:#8f5f8c;"

  private static let series = dashes.indices.map { index in
    ".line.p\(index),.line.s\(index){stroke:var(--s\(index));stroke-dasharray:\(dashes[index])}"
      + ".band.p\(index){fill:var(--s\(index))}"
  }.joined(separator: "\n")

  private static let states = ReportState.allCases.map { state in
    ".st\(state.rawValue){fill:var(--t\(state.rawValue))}"
  }.joined(separator: "\n")

  /// What is not picked is not drawn: without a script.
  private static let picks = dashes.indices.map { index in
    ".run:has(.pick\(index):not(:checked)) .chart .p\(index){display:none}"
  }.joined(separator: "\n")
}
