#!/usr/bin/python3
"""Turns what scripts/bench measured into tables.

usage: report.py text|markdown FACTS SAMPLES     the result, on standard output
       report.py counted TABLE DOCUMENT          a line of FACTS: the sockets a snapshot has counted

FACTS: lines of a word and its values, split by tabs:
    machine TEXT · stripped BYTES · table TABLE TITLE · rows TABLE COUNT · counted TABLE COUNT
SAMPLES: one pair a line, split by tabs:
    TABLE CONTENDER UNIT, then wall ns, CPU ns, RSS KiB of the unit's run and of the contender's

Ratios are taken pair by pair, and their median is shown with the smallest and the largest: what a
busy machine does to both runs of a pair cancels out, what it does to the medians of times does not.
"""

import collections
import json
import re
import statistics
import sys

NAMES = {
    "bare": "bare dump (noise)",
    "ullage": "ullage --json",
    "bound": "bare dump, idle binds",
    "ss": "ss -tan",
    "netstat": "netstat -tan",
    "pipeline": "ss | awk | sort | wc",
}
BAR_ROWS = 500_000  # the size for which the design states its bars
WIDTH = 100

Run = collections.namedtuple("Run", "wall cpu rss")


def rounded(x):
    """Three figures at most; large ones are whole numbers."""
    return f"{x:.2f}" if x < 9.995 else f"{x:.1f}" if x < 99.95 else f"{x:,.0f}"


def spread(values, show=rounded):
    return f"{show(statistics.median(values))} [{show(min(values))}-{show(max(values))}]"


def milliseconds(runs, field):
    return statistics.median(getattr(run, field) for run in runs) / 1e6


class Results:
    def __init__(self, facts, samples):
        self.machine, self.stripped = "", None
        self.titles, self.counted = {}, {}
        self.rows = collections.defaultdict(list)
        self.pairs = collections.defaultdict(list)
        with open(facts, encoding="utf-8") as lines:
            for line in lines:
                word, *values = line.rstrip("\n").split("\t")
                self.take(word, values)
        with open(samples, encoding="utf-8") as lines:
            for line in lines:
                table, contender, unit, *numbers = line.split("\t")
                numbers = [int(n) for n in numbers]
                self.pairs[table, contender, unit].append((Run(*numbers[:3]), Run(*numbers[3:])))

    def take(self, word, values):
        if word == "machine":
            self.machine = values[0]
        elif word == "stripped":
            self.stripped = int(values[0])
        elif word == "table":
            self.titles[values[0]] = re.sub(r"\d+", lambda n: f"{int(n[0]):,}", values[1])
        elif word == "rows":
            self.rows[values[0]].append(int(values[1]))
        elif word == "counted":
            self.counted[values[0]] = int(values[1])

    def runs(self, table, contender, unit="bare"):
        return [second for _, second in self.pairs.get((table, contender, unit), [])]

    def ratios(self, table, contender, unit="bare", field="wall"):
        pairs = self.pairs.get((table, contender, unit), [])
        return [getattr(second, field) / getattr(first, field) for first, second in pairs]

    def largest_established(self):
        tables = [table for table in self.titles if table.startswith("established-")]
        return max(tables, key=lambda table: self.rows[table][0])

    def caption(self, table):
        """Says how many rows there were at the least and at the most while it was measured."""
        low, high = min(self.rows[table]), max(self.rows[table])
        return self.titles[table] + (f" ({low:,} to {high:,} rows)" if low != high else "")

    def comparison(self, table):
        """The rows of a table: name, n, wall ms, CPU ms, RSS MiB, wall ratio, CPU ratio."""
        for contender, name in NAMES.items():
            runs = self.runs(table, contender)
            if runs:
                yield [
                    name,
                    str(len(runs)),
                    rounded(milliseconds(runs, "wall")),
                    rounded(milliseconds(runs, "cpu")),
                    rounded(statistics.median(run.rss for run in runs) / 1024),
                    spread(self.ratios(table, contender)),
                    spread(self.ratios(table, contender, field="cpu")),
                ]

    def bars(self):
        """What, bar, here, met or missed. The median decides, for memory the highest peak."""

        def bar(what, limit, values, decide=statistics.median, unit="", show=rounded):
            verdict = "met" if decide(values) <= limit else "missed"
            here = spread(values, show) + unit
            return [what, f"<= {show(limit)}{unit}", here, verdict]

        table = self.largest_established()
        size = self.rows[table][0]
        of = f"{size:,} ESTABLISHED" + ("" if size == BAR_ROWS else " *")
        ullage = self.runs(table, "ullage")
        yield bar(f"ullage / bare dump, wall, {of}", 1.10, self.ratios(table, "ullage"))
        pipeline = self.ratios(table, "pipeline", "ullage")
        yield bar(f"ullage / pipeline, wall, {of}", 0.25, [1 / ratio for ratio in pipeline])
        # No reader of the table is faster: this tells a slow program from a slow machine.
        floor = [1 / ratio for ratio in self.ratios(table, "pipeline")]
        yield ["the same for the bare dump: the floor here", "-", spread(floor), ""]
        rss = [run.rss / 1024 for run in ullage]
        yield bar(f"peak memory, {of}", 16, rss, decide=max, unit=" MiB")
        startup = [run.wall / 1e6 for run in self.runs("empty", "ullage")]
        yield bar("start to exit, empty namespace", 10, startup, unit=" ms")
        for table, counted in self.counted.items():
            low, high = min(self.rows[table]), max(self.rows[table])
            verdict = "met" if low <= counted <= high else "missed"
            title = self.titles[table].split(", ")[0]
            yield [f"sockets in the document, {title}", f"{high:,}", f"{counted:,}", verdict]
        if self.stripped is not None:
            yield ["static binary, stripped", "-", f"{rounded(self.stripped / 2**20)} MiB", ""]

    def notes(self):
        yield (
            "Whole processes in interleaved pairs, median [min-max]; CPU is user and system time "
            "of all threads and children; memory is the largest process's peak. Unit of every "
            "ratio: the bare dump's run beside it (one request, mask 0x0fff, rows only counted)."
        )
        yield (
            "Idle binds: the same program with mask 0x2000 alone, the walk that a full snapshot "
            "makes in addition. Lower is better everywhere."
        )
        if self.rows[self.largest_established()][0] != BAR_ROWS:
            yield f"* The design states this bar for {BAR_ROWS:,} sockets: indicative only."


HEAD = ["", "n", "wall ms", "CPU ms", "RSS MiB", "wall / bare dump", "CPU / bare dump"]
BARS_HEAD = ["", "bar", "here", ""]


def text(results):
    def line(cells, widths):
        # A negative width is a column of words, which stands on the left.
        padded = (f"{c:<{-w}}" if w < 0 else f"{c:>{w}}" for c, w in zip(cells, widths))
        return "  ".join(padded).rstrip()

    def wrapped(paragraph):
        words, out = paragraph.split(), ""
        for word in words:
            if len(out) - out.rfind("\n") + len(word) > WIDTH:
                out += "\n" + word
            else:
                out += (" " if out else "") + word
        return out

    widths = [-21, 3, 7, 7, 7, 20, 20]
    yield results.machine
    for table in results.titles:
        yield ""
        yield line([results.caption(table)], [-WIDTH])
        yield line(HEAD, widths)
        yield from (line(row, widths) for row in results.comparison(table))
    yield ""
    yield line(["The design's bars", *BARS_HEAD[1:]], [-48, 12, 26, -6])
    yield from (line(row, [-48, 12, 26, -6]) for row in results.bars())
    yield ""
    yield from (wrapped(note) for note in results.notes())


def markdown(results):
    def line(cells):
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    def head(cells):
        return [line(cells), "|" + " --- |" + " ---: |" * (len(cells) - 1)]

    yield f"Measured on: {results.machine}."
    for table in results.titles:
        yield ""
        yield from head([results.caption(table), *HEAD[1:]])
        yield from (line(row) for row in results.comparison(table))
    yield ""
    yield from head(["The design's bars", *BARS_HEAD[1:]])
    yield from (line(row) for row in results.bars())
    for note in results.notes():
        yield ""
        yield note.replace("*", "\\*")


def counted(table, document):
    """Nothing to say when the document is none: a stand-in is measured, or an older program."""
    try:
        with open(document, encoding="utf-8") as file:
            sockets = json.load(file)["namespaces"][0]["tcp"]["sockets"]
        yield f"counted\t{table}\t{int(sockets)}"
    except (ValueError, KeyError, IndexError, TypeError) as error:
        print(f"bench:   cannot compare counts, no snapshot document: {error!r}", file=sys.stderr)


def main(arguments):
    if len(arguments) == 3 and arguments[0] in ("text", "markdown"):
        lines = globals()[arguments[0]](Results(*arguments[1:]))
    elif len(arguments) == 3 and arguments[0] == "counted":
        lines = counted(*arguments[1:])
    else:
        print(__doc__, file=sys.stderr)
        return 64
    for line in lines:
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
