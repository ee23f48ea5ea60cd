"""Measures ullage-exporter against its bars: usage: exporter.py EXPORTER RING_DEMO SECONDS

A made-up host of 64 connect pools writes a ring once a second while all this is measured. Printed is one table:
the size of the program; the latency of a scrape at 100 requests a second, in SECONDS for each format, beside that
of a server that does nothing but send as many bytes, asked in turn with it; what a scrape every second costs in
processor time, in stretches that alternate with stretches without; the resident memory after everything was asked
for; and the ratio of what a wrong password of a known and of an unknown name takes. Ends with 1 when a bar is
missed.

As root all of it runs before everything else on the machine (SCHED_RR), so that what else runs there does not stand
in the latency.
"""
import atexit
import warnings

warnings.simplefilter("ignore")
import base64, crypt, glob, os, re, signal, socket, statistics, subprocess, sys, tempfile, time

exporter, demo, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
POOLS = 64
FORMATS = [("text", ""), ("OpenMetrics, gzip", "Accept: application/openmetrics-text\r\nAccept-Encoding: gzip\r\n")]
# A server that does nothing: what it takes too is the machine's.
CONTROL = """
import socket, sys
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
body = b"x" * int(sys.argv[1])
answer = b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body
connection, _ = listener.accept()
connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
while connection.recv(65536):
    connection.sendall(answer)
"""
rows, failed = [], False
try:
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    is_first = True
except PermissionError:
    is_first = False


def row(what, measured, bar="", holds=True):
    global failed
    failed |= not holds
    rows.append((what, measured, bar and f"{bar}: {'held' if holds else 'MISSED'}"))


class Exporter:
    """The exporter, running."""

    def __init__(self, rings, *arguments):
        self.process = subprocess.Popen(
            [exporter, "--web.listen-address", "127.0.0.1:0", "--ring", rings, "--metrics.pools", "96", *arguments],
            stderr=subprocess.PIPE, text=True)
        atexit.register(self.process.kill)
        self.port = next((int(found.group(1)) for found in map(
            lambda line: re.search(r"listening on 127\.0\.0\.1:(\d+)", line), self.process.stderr) if found), None)
        if not self.port:
            sys.exit("the exporter does not listen")

    def cpu(self):
        """Processor time of all its threads so far, in nanoseconds."""
        times = (open(path).read() for path in glob.glob(f"/proc/{self.process.pid}/task/*/schedstat"))
        return sum(int(time.split()[0]) for time in times)

    def resident(self, name="VmRSS"):
        return int(re.search(name + r":\s+(\d+)", open(f"/proc/{self.process.pid}/status").read()).group(1)) / 1024

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class Client:
    """A connection that is kept. Raw, so that the client takes as little of the time as it can."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path="/metrics", headers=""):
        """The time that it took in milliseconds, the status, and the body."""
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()
        begin = time.perf_counter()
        self.socket.sendall(request)
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self.some()
        length = int(re.search(rb"(?i)content-length: *(\d+)", answer[:end]).group(1))
        parts, left = [answer], end + 4 + length - len(answer)
        while left > 0:
            parts.append(self.some())
            left -= len(parts[-1])
        took = time.perf_counter() - begin
        answer = b"".join(parts)
        return took * 1000, int(answer[9:12]), answer[end + 4:]

    def some(self):
        return self.socket.recv(1 << 18) or sys.exit("the connection was closed")


def wait(moment):
    left = moment - time.monotonic()
    if left > 0:
        time.sleep(left)


def latency(target, name, headers):
    client = Client(target.port)
    status, body = client.get(headers=headers)[1:]
    assert status == 200
    server = subprocess.Popen([sys.executable, "-c", CONTROL, str(len(body))], stdout=subprocess.PIPE, text=True)
    control = Client(int(server.stdout.readline()))
    times, others, begin = [], [], time.monotonic()
    for number in range(seconds * 100):
        wait(begin + number / 100)
        times.append(client.get(headers=headers)[0])
        wait(begin + number / 100 + 0.005)
        others.append(control.get()[0])
    server.kill()
    server.wait()
    at = lambda values, share: sorted(values)[int(len(values) * share)]
    tail = at(times, 0.99)
    row(f"scrape at 100/s, {name}, {len(body)} bytes{'' if is_first else ', beside what else runs'}",
        f"p50 {at(times, 0.5):.2f} ms, p99 {tail:.2f} ms (bare server {at(others, 0.5):.2f}, {at(others, 0.99):.2f})",
        "p99 <= 1 ms", tail <= 1)


def every_second(target):
    """Stretches with a scrape each second between stretches without: what both spend in 10 s."""
    client, stretch, pairs = Client(target.port), 10, 6
    # A connection on which nothing was ever asked is closed after ten seconds.
    client.get()
    spent = {False: [], True: []}
    for number in range(2 * pairs):
        scrapes = number % 2 == 1
        before, begin = target.cpu(), time.monotonic()
        for tick in range(stretch):
            wait(begin + tick + 0.5)
            if scrapes:
                assert client.get(headers=FORMATS[1][1])[1] == 200
        wait(begin + stretch)
        spent[scrapes].append((target.cpu() - before) / (time.monotonic() - begin) / 1e9)
    idle, scraped = (statistics.median(spent[scrapes]) for scrapes in (False, True))
    row(f"a scrape every second, {pairs * stretch} s", f"{(scraped - idle) * 100:.3f} % of a core", "<= 0.1 %",
        scraped - idle <= 0.001)
    row(f"following a ring that is written, {pairs * stretch} s", f"{idle * 100:.3f} % of a core")
    row("both together", f"{scraped * 100:.3f} % of a core")


def memory(target):
    client = Client(target.port)
    seen = {"metrics": target.resident()}
    for _ in range(10_000):
        assert client.get()[1] == 200
    seen["10,000 scrapes"] = target.resident()
    for name, path in [("the page", "/"), ("snapshot", "/api/v1/snapshot"), ("history", "/api/v1/history")]:
        assert client.get(path)[1] == 200
        seen[name] = target.resident()
    stream = Client(target.port)
    stream.socket.sendall(b"GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
    events = b""
    while events.count(b"\ndata: ") < 3:
        events += stream.some()
    seen["three events"] = target.resident()
    row("resident after " + ", ".join(seen), ", ".join(f"{size:.1f}" for size in seen.values()) + " MiB",
        "<= 20 MiB", max(seen.values()) <= 20)
    row("resident at its most", f"{target.resident('VmHWM'):.1f} MiB")


def passwords(rings):
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as web:
        web.write("basic_auth_users:\n  known: %s\n" % crypt.crypt("secret", "$2b$08$abcdefghijklmnopqrstuu"))
        web.flush()
        target = Exporter(rings, "--web.config.file", web.name)
        times = {"known": [], "nobody": []}
        for number in range(200):
            for name in times if number % 2 else reversed(times):
                token = base64.b64encode(f"{name}:{number}".encode()).decode()
                # Who is refused is not listened to any longer: a connection for each.
                client = Client(target.port)
                took, status, _ = client.get(headers=f"Authorization: Basic {token}\r\n")
                client.socket.close()
                assert status == 401
                times[name].append(took)
        known, nobody = (statistics.median(times[name]) for name in ("known", "nobody"))
        row("a wrong password", f"known name {known:.2f} ms, unknown {nobody:.2f} ms: ratio {nobody / known:.3f}")
        target.end()


with tempfile.TemporaryDirectory() as rings:
    size = os.stat(exporter).st_size / 1e6
    row("static, stripped", f"{size:.1f} MB", "<= 20 MB", size <= 20)
    host = subprocess.Popen([demo, f"{rings}/host.ring", "600", "1000", f"pools={POOLS}", "live"])
    atexit.register(host.kill)
    while not os.path.exists(f"{rings}/host.ring"):
        time.sleep(0.1)
    time.sleep(3)
    target = Exporter(rings)
    time.sleep(2)
    row("resident when idle", f"{target.resident():.1f} MiB", "<= 20 MiB", target.resident() <= 20)
    text = Client(target.port).get()[2].decode()
    count = len(re.findall(r"^ullage_pool_ports_in_use\{[^}]*kind=\"connect\"", text, re.M))
    assert count == POOLS, f"{count} connect pools in the metrics, not {POOLS}"
    for name, headers in FORMATS:
        latency(target, name, headers)
    every_second(target)
    memory(target)
    target.end()
    passwords(rings)
    host.send_signal(signal.SIGTERM)
    host.wait()
widths = [max(len(cells[column]) for cells in rows) for column in (0, 1)]
for what, measured, bar in rows:
    print(f"{what:<{widths[0]}}  {measured:<{widths[1]}}  {bar}".rstrip())
sys.exit(failed)
