"""What collecting costs: called by scripts/bench-collect, which says how.

Every figure is the kernel's: nanoseconds that the collector's threads ran (/proc/PID/schedstat, which counts
them exactly), its resident memory (/proc/PID/status), and what a bare dump of the same table costs by
getrusage(2). Sockets live in network namespaces made here, each with a hash table of its own.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


class Namespace:
    """A network namespace with a TCP table of its own, and what fills it."""

    def __init__(self, name, buckets):
        self.name = name
        parent = f"{name}-parent"
        run("ip", "netns", "add", parent)
        try:
            run("nsenter", f"--net=/run/netns/{parent}", "sysctl", "-qw",
                f"net.ipv4.tcp_child_ehash_entries={buckets}")
            run("nsenter", f"--net=/run/netns/{parent}", "ip", "netns", "add", name)
        finally:
            run("ip", "netns", "delete", parent)
        self.run("ip", "link", "set", "lo", "up")
        self.children = []

    def command(self, *command):
        return ["nsenter", f"--net=/run/netns/{self.name}", *command]

    def run(self, *command):
        return run(*self.command(*command))

    def start(self, *command, **options):
        child = subprocess.Popen(self.command(*command), **options)
        self.children.append(child)
        return child

    def close(self):
        for child in self.children:
            child.terminate()
        for child in self.children:
            child.wait()
        run("ip", "netns", "delete", self.name)


class Collector:
    """A collector in a namespace, and what it has used."""

    def __init__(self, namespace, ullage, ring, *options):
        self.ring = os.path.join(ring, f"{namespace.name}.ring")
        self.child = namespace.start(
            ullage, "collect", "--netns", "own", "--ring", ring, "--log-level", "error", *options)
        self.ullage = ullage
        deadline = time.monotonic() + 60
        while not os.path.exists(self.ring):
            if self.child.poll() is not None or time.monotonic() > deadline:
                sys.exit("bench-collect: the collector did not start")
            time.sleep(0.02)

    def cpu(self):
        """Nanoseconds that all its threads have run."""
        total = 0
        for thread in os.listdir(f"/proc/{self.child.pid}/task"):
            with open(f"/proc/{self.child.pid}/task/{thread}/schedstat") as file:
                total += int(file.read().split()[0])
        return total

    def resident(self):
        with open(f"/proc/{self.child.pid}/status") as file:
            fields = dict(line.split(":", 1) for line in file)
        return int(fields["VmHWM"].split()[0])

    def counters(self, since):
        document = json.loads(run(self.ullage, "history", "--ring", self.ring, "--since", f"{since}s", "--json"))
        return document

    def per_dump(self, spent, passed):
        """What a dump cost of the `spent` nanoseconds, and dumps a second."""
        frames = self.counters(int(passed))["frames"]
        counted = total(frames, "dumps")
        # The command may report a little more or less than the time that was measured.
        span = sum(frame["span_ns"] for frame in frames) / 1e9
        return spent / (counted * passed / span), counted / span

    def stop(self):
        self.child.terminate()
        self.child.wait()


def fill(namespace, tool, count):
    if count == 0:
        return
    child = namespace.start(tool, str(count), "20", stdout=subprocess.PIPE, text=True)
    line = child.stdout.readline()
    if line.strip() != f"ready {count}":
        sys.exit(f"bench-collect: cannot make {count} sockets")


def dump_cost(namespace, tool, mask):
    """Nanoseconds of processor time of one bare dump."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    namespace.run(tool, mask)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ((after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)) * 1e9


def total(frames, key):
    return sum(frame["counters"].get(key) or 0 for frame in frames)


def idle(tools, ullage, work, seconds):
    namespace = Namespace("ullage-cost-idle", 4096)
    try:
        collector = Collector(namespace, ullage, work)
        time.sleep(3)
        start, at = collector.cpu(), time.monotonic()
        time.sleep(seconds)
        share = (collector.cpu() - start) / (time.monotonic() - at) / 1e9
        return share, collector.resident()
    finally:
        namespace.close()


def paced(tools, ullage, work, count, interval, seconds):
    """A table that changes all the time, counted at every tick: against bare dumps of the same mask."""
    namespace = Namespace("ullage-cost-paced", 131072)
    try:
        fill(namespace, f"{tools}/fill-established", count)
        namespace.start(f"{tools}/churn", "50", str(seconds + 30), "500", stdout=subprocess.DEVNULL)
        collector = Collector(
            namespace, ullage, work, "--interval", interval, "--budget", "1", "--no-owners")
        time.sleep(3)
        start, dumps = collector.cpu(), []
        at = time.monotonic()
        while time.monotonic() < at + seconds:
            dumps.append(dump_cost(namespace, f"{tools}/bare-dump", "0x0b76"))
            time.sleep(0.5)
        per_dump, rate = collector.per_dump(collector.cpu() - start, time.monotonic() - at)
        return per_dump, statistics.median(dumps), rate
    finally:
        namespace.close()


def owners(tools, ullage, work, count, interval, seconds):
    """A dump with owners and one without: two collectors of one table at the same time."""
    namespace = Namespace("ullage-cost-owners", 131072)
    try:
        fill(namespace, f"{tools}/fill-established", count)
        namespace.start(f"{tools}/churn", "50", str(seconds + 60), "500", stdout=subprocess.DEVNULL)
        collectors = [
            Collector(
                namespace, ullage, os.path.join(work, option), "--interval", interval, "--budget", "1",
                f"--{option}")
            for option in ("owners", "no-owners")]
        time.sleep(3)
        at, starts = time.monotonic(), [collector.cpu() for collector in collectors]
        time.sleep(seconds)
        passed, ends = time.monotonic() - at, [collector.cpu() for collector in collectors]
        costs = [
            collector.per_dump(end - start, passed)[0]
            for collector, start, end in zip(collectors, starts, ends)]
        return costs, [collector.resident() for collector in collectors]
    finally:
        namespace.close()


def budget(tools, ullage, work, count, share, seconds):
    namespace = Namespace("ullage-cost-budget", 262144)
    try:
        fill(namespace, f"{tools}/fill-established", count)
        cost = dump_cost(namespace, f"{tools}/bare-dump", "0x0b76")
        namespace.start(f"{tools}/churn", "50", str(seconds + 60), "500", stdout=subprocess.DEVNULL)
        collector = Collector(namespace, ullage, work, "--budget", str(share))
        samples = []
        start = time.monotonic()
        while time.monotonic() < start + seconds:
            samples.append((time.monotonic(), collector.cpu()))
            time.sleep(0.25)
        frames = collector.counters(seconds)["frames"]
        dumps = total(frames, "dumps")
        dearest = max((frame["counters"].get("dump_ns") or 0) for frame in frames)
        # The promise is over any max(10 s, 5 x what a dump costs / share); the dearest one seen counts.
        window = max(10, 5 * max(dearest, cost) / 1e9 / share)
        worst, first = 0, 0
        for moment, cpu in samples:
            while samples[first][0] < moment - window:
                first += 1
            if moment - samples[0][0] >= window:
                begun, before = samples[first]
                worst = max(worst, (cpu - before) / 1e9 / (moment - begun))
        raw = [frame for frame in frames if frame["span_ns"] < 2e9]
        return {
            "cost": cost, "window": window, "worst": worst, "dumps": dumps,
            "focuses": total(frames, "focuses"), "ticks": total(frames, "ticks"),
            "skipped": total(frames, "skipped_ticks"), "resident": collector.resident(),
            "seconds": seconds, "frames": len(frames), "raw": len(raw),
        }
    finally:
        namespace.close()


def main():
    tools, ullage, work, quick = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4] == "quick"
    sockets = 50_000 if quick else 500_000
    rows = []
    share, memory = idle(tools, ullage, work, 10 if quick else 30)
    rows.append(("idle, a frame a second, guard at 10 Hz", "<= 0.2 % of a core", f"{share * 100:.2f} %"))
    rows.append(("  resident at most", "<= 24 MiB", f"{memory / 1024:.1f} MiB"))
    for attempt in range(3):
        per_dump, bare, rate = paced(tools, ullage, work, 50_000, "250ms", 8 if quick else 15)
        rows.append((
            "50,000 sockets, 4 Hz, CPU a count / bare dump, no owners" if attempt == 0 else "  again", "<= 1.10",
            f"{per_dump / bare:.2f}  ({per_dump / 1e6:.1f} / {bare / 1e6:.1f} ms, {rate:.1f} a second)"))
    costs, residents = owners(tools, ullage, work, 50_000, "250ms", 8 if quick else 15)
    rows.append((
        "50,000 sockets, CPU a count with owners / without", "<= 1.35",
        f"{costs[0] / costs[1]:.2f}  ({costs[0] / 1e6:.1f} / {costs[1] / 1e6:.1f} ms)"))
    rows.append((
        "  resident with owners - without", "<= 4 MiB", f"{(residents[0] - residents[1]) / 1024:.1f} MiB"))
    found = budget(tools, ullage, work, sockets, 0.02, 60 if quick else 300)
    rows.append((
        f"{sockets:,} sockets, 2 %: most in any {found['window']:.0f} s", "<= 2.00 %",
        f"{found['worst'] * 100:.2f} %  ({found['dumps']} dumps, {found['focuses']} focuses in {found['seconds']} s)"))
    rows.append((
        "  frames meanwhile", "one a second",
        f"{found['ticks']} of {found['seconds']}, {found['skipped']} skipped"))
    rows.append(("  resident at most", "<= 24 MiB", f"{found['resident'] / 1024:.1f} MiB"))
    width = max(len(row[0]) for row in rows)
    for name, bar, value in rows:
        print(f"{name:{width}}  {bar:20}  {value}")


main()
