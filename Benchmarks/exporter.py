"""Measures ullage-exporter: usage: exporter.py EXPORTER RING_DIRECTORY SECONDS

Prints the latency of a scrape at 100 requests a second, what scrapes cost in processor time, the resident
memory, and the ratio of what a wrong password of a known and of an unknown name takes.
"""
import base64, crypt, http.client, os, re, signal, statistics, subprocess, sys, tempfile, time, warnings

warnings.simplefilter("ignore")
exporter, rings, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])


def start(*arguments):
    process = subprocess.Popen([exporter, "--web.listen-address", "127.0.0.1:0", "--ring", rings, *arguments],
                               stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        found = re.search(r"listening on 127\.0\.0\.1:(\d+)", line)
        if found:
            return process, int(found.group(1))
    sys.exit("the exporter does not listen")


def cpu(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1)) / 1024


def get(connection, path, headers={}):
    begin = time.perf_counter()
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    return time.perf_counter() - begin, answer.status, len(body)


process, port = start()
time.sleep(1)
connection = http.client.HTTPConnection("127.0.0.1", port)
idle = cpu(process.pid)
time.sleep(5)
idle = (cpu(process.pid) - idle) / 5
print(f"resident when idle        {resident(process.pid):.1f} MiB; following a ring: {idle * 100:.2f} % of a core")
for name, headers in [("text", {}), ("OpenMetrics, gzip", {"Accept": "application/openmetrics-text",
                                                          "Accept-Encoding": "gzip"})]:
    times, before, begin = [], cpu(process.pid), time.monotonic()
    count = int(seconds * 100)
    for number in range(count):
        wait = begin + number / 100 - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        took, status, size = get(connection, "/metrics", headers)
        assert status == 200
        times.append(took * 1000)
    spent = (cpu(process.pid) - before - idle * (time.monotonic() - begin)) / count * 1e6
    times.sort()
    print(f"scrape, {name:<17} {size} bytes; p50 {times[count // 2]:.2f} ms, p99 {times[count * 99 // 100]:.2f} ms, "
          f"{spent:.0f} us of processor each, at 100 a second")
took, status, size = get(connection, "/")
print(f"page                      {size} bytes in {took * 1000:.1f} ms")
print(f"resident after it         {resident(process.pid):.1f} MiB")
process.send_signal(signal.SIGTERM)
process.wait()

with tempfile.NamedTemporaryFile("w", suffix=".yml") as web:
    web.write("basic_auth_users:\n  known: %s\n" % crypt.crypt("secret", "$2b$08$abcdefghijklmnopqrstuu"))
    web.flush()
    process, port = start("--web.config.file", web.name)
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = {"known": [], "nobody": []}
    for number in range(200):
        for name in times if number % 2 else reversed(times):
            token = base64.b64encode(f"{name}:{number}".encode()).decode()
            took, status, _ = get(connection, "/metrics", {"Authorization": f"Basic {token}"})
            assert status == 401
            times[name].append(took * 1000)
    known, nobody = (statistics.median(times[name]) for name in ("known", "nobody"))
    print(f"a wrong password          known name {known:.2f} ms, unknown {nobody:.2f} ms: ratio {nobody / known:.3f}")
    process.send_signal(signal.SIGTERM)
    process.wait()
