"""What counting failed connects costs those who connect: called by scripts/bench-failures, which says how.

The same load runs by turns while nobody counts and while a collector does; ratios are taken pair by pair, in
the load's own processor time.
"""

import os
import signal
import statistics
import subprocess
import sys
import time

CONNECTS = 20_000
FORBIDDEN = ["setpriv", "--bounding-set=-perfmon,-sys_admin"]


def load(program):
    """Runs the load in a namespace of its own; returns nanoseconds: of a connect, of one that fails."""
    script = f'ip link set lo up && exec "{program}" {CONNECTS}'
    run = subprocess.run(["unshare", "--net", "sh", "-c", script], check=True, capture_output=True, text=True)
    return [float(word) for word in run.stdout.split()]


def counted(program, ullage, ring, prefix, wants_instance):
    """The load while a collector counts the whole host's failures."""
    collector = subprocess.Popen(
        ["unshare", "--net", *prefix, ullage, "collect", "--netns", "own", "--ring", ring],
        stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 10
        while not any(name.endswith(".ring") for name in os.listdir(ring)):
            if time.monotonic() > deadline or collector.poll() is not None:
                sys.exit("bench-failures: the collector did not start")
            time.sleep(0.05)
        time.sleep(0.3)
        has_instance = os.path.isdir(f"/sys/kernel/tracing/instances/ullage-{collector.pid}")
        if has_instance != wants_instance:
            sys.exit("bench-failures: the collector counts in another way than it should")
        return load(program)
    finally:
        collector.send_signal(signal.SIGTERM)
        collector.communicate()
        for name in os.listdir(ring):
            os.remove(os.path.join(ring, name))


def main():
    work, ullage, pairs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    ring = os.path.join(work, "ring")
    os.mkdir(ring)
    program = os.path.join(work, "connect-cost")
    ways = {"nobody counts (noise)": None, "perf events": ([], False), "trace instance": (FORBIDDEN, True)}
    found = {name: [] for name in ways}
    for _ in range(pairs):
        for name, way in ways.items():
            unit = load(program)
            other = load(program) if way is None else counted(program, ullage, ring, *way)
            found[name].append((unit, other))
    print(f"{CONNECTS:,} connects each, {pairs} pairs             connect + close          a connect without port")
    for name, rows in found.items():
        cells = []
        for column in 0, 1:
            ratios = sorted(other[column] / unit[column] for unit, other in rows)
            median = statistics.median(other[column] for _, other in rows)
            cells.append(f"{median / 1000:6.2f} us {statistics.median(ratios):5.3f} "
                         f"[{ratios[0]:.2f}-{ratios[-1]:.2f}]")
        print(f"{name:32} {cells[0]:>26} {cells[1]:>26}")


main()
