#!/usr/bin/python3
"""What report and export of a recording cost: called by scripts/bench-report, which says how.

usage: recording.py ULLAGE FOLDER ROUNDS     FOLDER has run.ring

Times are the medians of ROUNDS runs; memory is the most that one of them had resident (getrusage(2)). The
bars are those of the design: a page in two seconds, of three megabytes at most.
"""

import os
import statistics
import sys
import time

FORMS = [
    ("page", ["report"], "run.html"),
    ("picture", ["report", "--svg"], "run.svg"),
    ("document", ["report", "--json"], "run.json"),
    ("every frame, CSV", ["export", "--csv"], "run.csv"),
    ("every frame, JSON", ["export", "--json"], "run.jsonl"),
    ("every frame, OpenMetrics", ["export", "--openmetrics"], "run.txt"),
]


def run(ullage, words, target):
    """Seconds and resident KiB of one run that writes into `target`."""
    output = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    start = time.monotonic()
    child = os.posix_spawn(ullage, [ullage, *words], os.environ,
                           file_actions=[(os.POSIX_SPAWN_DUP2, output, 1)])
    _, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - start
    os.close(output)
    if status != 0:
        sys.exit(f"ullage {' '.join(words)} failed: {status}")
    return seconds, usage.ru_maxrss


def main():
    ullage, folder, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    ring = os.path.join(folder, "run.ring")
    print(f"{'':<26}{'seconds':>9}{'MiB':>8}{'bytes':>15}")
    print(f"{'recording':<26}{'':>9}{'':>8}{os.path.getsize(ring):>15,}")
    sizes = {}
    for name, words, file in FORMS:
        target = os.path.join(folder, file)
        runs = [run(ullage, [words[0], ring, *words[1:]], target) for _ in range(rounds)]
        seconds = statistics.median(seconds for seconds, _ in runs)
        sizes[name] = (seconds, os.path.getsize(target))
        print(f"{name:<26}{seconds:>9.2f}{max(memory for _, memory in runs) / 1024:>8.1f}"
              f"{sizes[name][1]:>15,}")
    seconds, size = sizes["page"]
    print(f"page: {seconds / 2:.2f} of its two seconds, {size / 3e6:.3f} of its three megabytes")
    sys.exit(0 if seconds <= 2 and size <= 3e6 else 1)


if __name__ == "__main__":
    main()
