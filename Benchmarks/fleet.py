"""What one Prometheus carries of a fleet: fleet.py FILES GOLDEN WORK SECONDS HOSTS… (scripts/bench-fleet).

One process answers for all hosts, each under a path of its own, with what the exporter writes of a host with
20 connect pools; the values change from scrape to scrape. Prometheus scrapes them every 15 s, with the rules of
the repository. Its processor time and memory are its own; the rest of the machine does not stand in them.
"""
import asyncio, json, os, random, re, subprocess, sys, time, urllib.parse, urllib.request

import yaml

FILES, GOLDEN, WORK = sys.argv[1:4]
SECONDS = int(sys.argv[4])
SIZES = [int(size) for size in sys.argv[5:]]
POOLS, INTERVAL, VARIANTS = 20, 15, 16
API = "http://127.0.0.1:29090"


def body(variant):
    """The exposition of the tests, with as many pools as a frame lists, and other numbers each time."""
    chance = random.Random(variant)
    lines = []
    for line in open(GOLDEN):
        numbers = [None]
        if 'destination="10.1.2.3"' in line:
            continue
        if 'destination="10.1.2.9"' in line:
            numbers = range(1, POOLS + 1)
        for number in numbers:
            text = line if number is None else line.replace("10.1.2.9", f"10.1.2.{number}")
            if text.startswith("#"):
                lines.append(text)
                continue
            head, _, value = text.rstrip("\n").rpartition(" ")
            # In good order: nothing fails, no pool is tight, and everything moves.
            if re.search("_in_use|_headroom|ullage_sockets|usage_ratio", head):
                share = chance.uniform(0.2, 0.7) + (0.3 if "_headroom" in head else 0)
                moved = float(value) * share
                value = f"{moved:.9f}" if "_ratio" in head else f"{moved:.0f}"
            elif re.search("_cpu_seconds_total|_samples_total|_connects_total", head):
                value = str(float(value) + variant * 15)
            lines.append(f"{head} {value}\n")
    return "".join(lines).encode()


async def answer(reader, writer, bodies):
    try:
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            number = int(request.split(b" ", 2)[1].split(b"/")[-1])
            data = bodies[(number + int(time.time()) // INTERVAL) % VARIANTS]
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/openmetrics-text; version=1.0.0\r\n"
                         b"Content-Length: %d\r\n\r\n" % len(data) + data)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def serve():
    bodies = [body(variant) for variant in range(VARIANTS)]

    async def run():
        server = await asyncio.start_server(
            lambda r, w: answer(r, w, bodies), "127.0.0.1", 29091, backlog=1024)
        await server.serve_forever()

    asyncio.run(run())


def query(text):
    with urllib.request.urlopen(
            f"{API}/api/v1/query?" + urllib.parse.urlencode({"query": text}), timeout=30) as response:
        result = json.load(response)["data"]["result"]
    return float(result[0]["value"][1]) if result else float("nan")


def usage(process):
    """Processor seconds so far, and resident MiB."""
    fields = open(f"/proc/{process}/stat").read().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    pages = int(open(f"/proc/{process}/statm").read().split()[1])
    return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def rule_cost(process, core):
    """Processor seconds of one evaluation of all rules: asked for, so that waiting for a turn does not count."""
    groups = yaml.safe_load(open(f"{FILES}/ullage.rules.yml"))["groups"]
    rules = [rule["expr"] for group in groups for rule in group["rules"]]
    rounds = 5
    before, began = usage(process)[0], time.monotonic()
    for _ in range(rounds):
        for rule in rules:
            query(f"count({rule})")
    return max(0, usage(process)[0] - before - core * (time.monotonic() - began)) / rounds


def measure(size):
    folder = f"{WORK}/{size}"
    os.mkdir(folder)
    targets = [{"targets": ["127.0.0.1:29091"],
                "labels": {"__metrics_path__": f"/{n}", "instance": f"web-{n}.example.net:21121"}}
               for n in range(size)]
    json.dump(targets, open(f"{folder}/targets.json", "w"))
    with open(f"{folder}/prometheus.yml", "w") as file:
        file.write(f"""
global: {{scrape_interval: {INTERVAL}s, evaluation_interval: {INTERVAL}s}}
rule_files: [{FILES}/ullage.rules.yml]
scrape_configs:
  - {{job_name: ullage, file_sd_configs: [{{files: [{folder}/targets.json]}}]}}
  - {{job_name: prometheus, scrape_interval: 5s, static_configs: [{{targets: ["127.0.0.1:29090"]}}]}}
""")
    log = open(f"{folder}/log", "wb")
    server = subprocess.Popen(
        ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/series",
         "--web.listen-address=127.0.0.1:29090"], stdout=log, stderr=log)
    try:
        # All hosts have been scraped twice, and their series are there.
        time.sleep(2 * INTERVAL + 5)
        before, began = usage(server.pid)[0], time.monotonic()
        time.sleep(SECONDS)
        spent, resident = usage(server.pid)
        core = (spent - before) / (time.monotonic() - began)
        window = f"[{SECONDS}s]"
        samples = query(f"rate(prometheus_tsdb_head_samples_appended_total{window})")
        rules = rule_cost(server.pid, core)
        series = query("prometheus_tsdb_head_series")
        up = query('count(up{job="ullage"} == 1)')
        print(f"| {size:,} | {series / size:.0f} | {samples:,.0f} | {core * 100:.1f} % | {resident:.0f} | "
              f"{rules * 1000:.0f} ms | {up / size * 100:.0f} % |", flush=True)
        return size, core, resident, rules
    finally:
        server.terminate()
        server.wait()


def line(points, place):
    """The straight line through what was measured: what there is without hosts, and what each adds."""
    xs, ys = [p[0] for p in points], [p[place] for p in points]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = (sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys))
             / sum((x - mean_x) ** 2 for x in xs))
    return mean_y - slope * mean_x, slope


def main():
    data = body(1)
    samples = sum(not text.startswith(b"#") for text in data.splitlines())
    print(f"a host: {samples} series, {len(data):,} bytes a scrape, uncompressed; every {INTERVAL} s\n")
    print("| hosts | series a host, with rules | samples/s | processor, of one core | resident MiB | one evaluation of the rules | answered |")
    print("|---|---|---|---|---|---|---|")
    child = os.fork()
    if child == 0:
        serve()
    try:
        points = [measure(size) for size in SIZES]
    finally:
        os.kill(child, 15)
    if len(points) > 1:
        print("\nby a straight line through these:\n")
        print("| hosts | processor, of one core | resident MiB | one evaluation of the rules |\n|---|---|---|---|")
        for size in (1000, 3000, 10_000, 30_000):
            core, resident, rules = (a + b * size for a, b in (line(points, p) for p in (1, 2, 3)))
            print(f"| {size:,} | {core * 100:.0f} % | {resident:,.0f} | {rules:.2f} s |")


main()
