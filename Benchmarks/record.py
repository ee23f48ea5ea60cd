"""What being recorded costs a load: called by scripts/bench-record, which says how.

The same load runs by turns alone and below `ullage record`; ratios are taken pair by pair, in requests a second.
"""

import json
import os
import statistics
import subprocess
import sys

import webload

SOCKETS = 28_000
CONNECTIONS = 32


def throughput(seconds, prefix=()):
    """Requests a second of one load."""
    command = [*prefix, *webload.wrk(CONNECTIONS, seconds)]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return webload.account(run.stdout)[1]


def main():
    work, ullage, pairs, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    webload.prepare()
    # TIME_WAIT beyond some is dropped, so that ports do not run out within minutes of a load.
    with open("/proc/sys/net/ipv4/tcp_max_tw_buckets", "w") as file:
        file.write("4000")
    filler = subprocess.Popen([os.path.join(work, "fill"), str(SOCKETS)], stdout=subprocess.PIPE, text=True)
    filler.stdout.readline()
    server = webload.Server(work)
    path, document = os.path.join(work, "run"), os.path.join(work, "verdict")
    recorder = [ullage, "record", "--force", "--quiet", "-o", path, "--json", document, "--"]
    found = {"alone (noise)": [], "recorded": []}
    runs = []
    try:
        throughput(1)
        for _ in range(pairs):
            alone = throughput(seconds)
            found["recorded"].append((alone, throughput(seconds, recorder)))
            with open(document) as file:
                runs.append((json.load(file), 512 * os.stat(path).st_blocks))
            found["alone (noise)"].append((alone, throughput(seconds)))
    finally:
        server.stop()
        filler.terminate()
        filler.wait()
    print(f"{pairs} pairs of {seconds} s, {CONNECTIONS} clients, {SOCKETS:,} idle sockets")
    for name, rows in found.items():
        ratios = sorted(other / unit for unit, other in rows)
        print(f"{name:14} {statistics.median(other for _, other in rows):9,.0f} requests/s   "
              f"ratio {statistics.median(ratios):5.3f} [{ratios[0]:.3f}-{ratios[-1]:.3f}]")
    samples = statistics.median(run["samples"] / run["duration_s"] for run, _ in runs)
    share = statistics.median(run["sampling_cores"] or 0 for run, _ in runs)
    bytes_each = statistics.median(size / run["samples"] for run, size in runs)
    print(f"samples        {samples:9.1f} a second, {100 * share:.1f} % of a core")
    print(f"recording      {bytes_each * samples * 60 / 2**20:9.1f} MiB a minute, "
          f"{bytes_each * samples * 600 / 2**20:.0f} MiB in ten")


main()
