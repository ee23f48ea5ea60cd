import Kernel
import OutputTestKit
import Testing

/// `ullage report` and `ullage export` over a ring in a file.
@Suite struct ReportCommandTests {
  private func withRing(_ words: [String], _ body: (String, String) throws -> Void) throws {
    try withFolder { folder in
      let ring = "\(folder)/run.ring"
      let made = try Program.built("RingDemo", [ring] + words).run()
      #expect(made.end == .status(0), "\(made.message)")
      try body(ring, folder)
    }
  }

  @Test func `the page's numbers are those of every frame that is exported`() throws {
    try withRing(["280", "500"]) { ring, folder in
      let page = try ullage(["report", ring, "-o", "\(folder)/run.html"])
      #expect(page.end == .status(0), "\(page.message)")
      for (name, arguments) in [
        ("report", ["report", ring, "--json"]), ("json", ["export", ring, "--json"]),
        ("csv", ["export", ring, "--csv"]), ("metrics", ["export", ring, "--openmetrics"]),
      ] {
        let run = try ullage(arguments)
        #expect(run.end == .status(0), "\(run.message)")
        try TestFile.write(run.output, to: "\(folder)/\(name)")
      }
      let run = try Program("/usr/bin/python3", ["-c", Self.compare, folder]).run()
      #expect(run.end == .status(0), "\(run.message)")
    }
  }

  @Test func `hostile names come out of every form, and no document is broken by them`() throws {
    try withRing(["30", "1000", "hostile"]) { ring, folder in
      for arguments in [["report"], ["report", "--svg"]] {
        let run = try ullage([arguments[0], ring] + arguments.dropFirst())
        #expect(run.end == .status(0))
        #expect(!run.text.contains("<img") && !run.text.contains("alert(1)</script>"))
      }
      for form in ["--csv", "--json", "--openmetrics"] {
        let run = try ullage(["export", ring, form])
        #expect(run.end == .status(0))
        if form == "--openmetrics" { _ = try MetricsText(run.output, openMetrics: true) }
        guard form == "--json" else { continue }
        try TestFile.write(run.output, to: "\(folder)/json")
        let script = "import json, sys; [json.loads(line) for line in open(sys.argv[1])]"
        let parsed = try Program("/usr/bin/python3", ["-c", script, "\(folder)/json"]).run()
        #expect(parsed.end == .status(0), "\(parsed.message)")
      }
    }
  }

  @Test func `a missing file, a file that is no ring and a full disk are errors`() throws {
    try withRing(["20"]) { ring, folder in
      try TestFile.write(Array("no ring".utf8), to: "\(folder)/none")
      for arguments in [
        ["report", "\(folder)/absent"], ["report", "\(folder)/none"],
        ["export", "\(folder)/none", "--csv"], ["report", ring, "--compare", "\(folder)/absent"],
        ["report", ring, "-o", "/dev/full"],
      ] {
        let run = try ullage(arguments)
        #expect(run.end == .status(2), "\(arguments)")
        #expect(run.message.hasPrefix("ullage: "), "\(run.message)")
      }
      for form in ["--csv", "--json", "--openmetrics"] {
        let run = try ullage(["export", ring, form], output: .file("/dev/full"))
        #expect(run.end == .status(2), "\(form)")
      }
    }
  }

  @Test func `a page is never written over the frames that it is about`() throws {
    try withRing(["20"]) { ring, folder in
      let made = try Program("/bin/ln", ["-s", ring, "\(folder)/link"]).run()
      #expect(made.end == .status(0))
      let bytes = try KernelFile.read(ring, limit: 1 << 26)
      for arguments in [
        ["report", ring, "-o", ring], ["report", ring, "-o", "\(folder)/link"],
        ["report", "\(folder)/link", "--json", "-o", ring],
        ["history", "--ring", ring, "--svg", ring],
      ] {
        let run = try ullage(arguments)
        #expect(run.end == .status(2), "\(arguments)")
        #expect(run.message.contains("the frames are read from it"), "\(run.message)")
      }
      #expect(try KernelFile.read(ring, limit: 1 << 26) == bytes)
      let other = "\(folder)/other.ring"
      #expect(try Program("/bin/cp", [ring, other]).run().end == .status(0))
      #expect(try ullage(["report", ring, "--compare", other, "-o", other]).end == .status(2))
      #expect(try KernelFile.read(other, limit: 1 << 26) == bytes)
    }
  }

  @Test func `a replay needs a terminal`() throws {
    try withRing(["20"]) { ring, _ in
      let run = try ullage(["replay", ring])
      #expect(run.end == .status(2))
      #expect(run.message.contains("replay needs a terminal"))
    }
  }

  private static let compare = """
    import csv, json, re, sys
    folder = sys.argv[1]
    report = json.load(open(f"{folder}/report"))
    page = open(f"{folder}/run.html", encoding="utf-8").read()
    embedded = json.loads(re.search('(?s)<script type="application/json">(.*?)</script>', page).group(1))
    assert embedded == report, "the page's document is another"
    lines = [json.loads(line) for line in open(f"{folder}/json")]
    frames = [line["frame"] for line in lines if "frame" in line]
    assert len(frames) == report["frames"] == 560, len(frames)
    assert report["totals"]["failures"] == sum(f["counters"]["connect_failures"] for f in frames) > 0
    assert report["totals"]["time_wait_max"] == max(f["gauges"]["time_wait"]["max"] for f in frames)
    assert report["totals"]["counters"]["cpu_ns"] == sum(f["counters"]["cpu_ns"] for f in frames)
    rows = list(csv.DictReader(open(f"{folder}/csv")))
    metrics = open(f"{folder}/metrics").read()
    def key(line):
        labels = dict(re.findall('([a-z]+)="([^"]*)"', line))
        if "address" in labels:
            return ("udp-" if labels["protocol"] == "udp" else "") + "bind:" + labels["address"]
        if labels["kind"] == "connect":
            return f'{labels["source"]},{labels["destination"]}:{labels["port"]}'
        return labels["kind"] + ":" + labels.get("source", labels.get("family"))
    assert metrics.endswith("# EOF\\n")
    for pool in report["pools"]:
        seen = [(f["taken_at"], p) for f in frames for p in f["pools"] if p["pool"] == pool["pool"]]
        assert pool["in_use_max"] == max(p["in_use"]["max"] for _, p in seen), pool
        assert pool["headroom_min"] == min(p["headroom"]["min"] for _, p in seen), pool
        assert pool["usage_max"] == max(p["usage"]["max"] for _, p in seen), pool
        if pool["failures"] is not None:
            assert pool["failures"] == sum(p["failures"] for _, p in seen), pool
        searching = [at for at, p in seen if p["searching"]]
        assert pool["cliff_reached_at"] == (searching[0] if searching else None), pool
        full = [at for at, p in seen if p["headroom"]["min"] == 0]
        assert pool["exhausted_at"] == (full[0] if full else None), pool
        own = [row for row in rows if row["pool"] == pool["pool"]]
        assert pool["in_use_max"] == max(int(row["in_use_max"]) for row in own), pool
        values = [float(line.split()[1]) for line in metrics.split("\\n")
                  if re.match("ullage_(pool|address)_ports_in_use[{]", line) and key(line) == pool["pool"]]
        assert len(values) == len(seen) and max(values) == pool["in_use_max"], (len(values), pool)
        assert f'>{pool["headroom_min"]:,}</td>' in page, pool
    # Each series in one piece, its times rising; each family in one piece.
    done, last, families = set(), None, []
    for line in metrics.split("\\n"):
        if line.startswith("#") or not line: continue
        series, rest = line.rsplit("} ", 1)
        at = float(rest.split()[1])
        if last is None or series != last[0]:
            assert series not in done, series
            done.add(series)
            family = series.split("{")[0]
            if not families or families[-1] != family:
                assert family not in families, family
                families.append(family)
        else:
            assert at > last[1], line
        last = (series, at)
    """
}
