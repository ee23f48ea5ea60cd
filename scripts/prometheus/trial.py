"""A real Prometheus over a real exporter: trial.py BUILD FILES WORK (scripts/test-prometheus calls it).

In network and process namespaces of its own: a collector, an exporter, Prometheus, Alertmanager and somebody
whom Alertmanager tells. The range has a thousand ports, which are taken and given back.
"""
import errno, http.server, json, os, re, socket, struct, subprocess, sys, threading, time
import urllib.parse, urllib.request

import yaml

BUILD, FILES, WORK = sys.argv[1:]
PORTS = 1000
SCRAPE = 1  # seconds; the rules' windows are of minutes, so that more is no better
# What a host in good order does not have, and what this one cannot be made to have.
MAY_BE_EMPTY = re.compile(
    "exhaustion_seconds|alarm_active|ullage_up.*== 0|overflows|connect_failures|_duration_"
    "|tight_hosts|time_wait_reused|owner_ports|searching|_max_1m")
failed = []
told = []


def fail(text):
    print(f"test-prometheus: {text}", file=sys.stderr)
    failed.append(text)


def api(path, **parameters):
    url = f"http://127.0.0.1:9090/api/v1/{path}?" + urllib.parse.urlencode(parameters)
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return json.load(response)["data"]
    except urllib.error.HTTPError as error:
        return {"error": error.read().decode(), "result": []}


def wait(what, seconds, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return True
        except OSError:
            pass
        time.sleep(0.2)
    fail(f"{what}: not within {seconds} s")
    return False


class Pager(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        told.extend((a["labels"].get("alertname"), a["status"], self.path) for a in body["alerts"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def start(*command):
    log = open(os.path.join(WORK, os.path.basename(command[0]) + ".log"), "wb")
    return subprocess.Popen(command, stdout=log, stderr=log, cwd=WORK)


def configure():
    """The examples of the repository, with this host's addresses and little patience."""
    config = yaml.safe_load(open(f"{FILES}/prometheus.yml"))
    config["global"] = {"scrape_interval": f"{SCRAPE}s", "evaluation_interval": f"{SCRAPE}s"}
    config["scrape_configs"] = [
        {"job_name": "ullage", "static_configs": [{"targets": ["127.0.0.1:21121"]}]}]
    yaml.safe_dump(config, open(f"{WORK}/prometheus.yml", "w"))
    alerts = yaml.safe_load(open(f"{FILES}/alertmanager.yml"))
    alerts["route"].update(group_wait="1s", group_interval="2s")
    yaml.safe_dump(alerts, open(f"{WORK}/alertmanager.yml", "w"))


def take_ports(failures=20):
    """Connections to one destination until there is no port left, and a few in vain."""
    server = socket.socket()
    server.bind(("127.0.0.1", 8000))
    server.listen(PORTS * 2)
    ends = []
    while True:
        client = socket.socket()
        try:
            client.connect(("127.0.0.1", 8000))
        except OSError as error:
            client.close()
            if error.errno != errno.EADDRNOTAVAIL:
                raise
            failures -= 1
            if failures == 0:
                break
            continue
        # No TIME_WAIT is left behind.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        ends += [client, server.accept()[0]]
    return server, ends


def dashboard_queries():
    board = json.load(open(f"{FILES}/dashboard.json"))
    values = {"$instance": ".*", "$namespace": ".*", "$__rate_interval": "1m"}
    queries = [t["expr"] for p in board["panels"] for t in p.get("targets", [])]
    queries += [a["expr"] for a in board["annotations"]["list"]]
    for query in queries:
        for name, value in values.items():
            query = query.replace(name, value)
        yield query


def firing():
    return {a["labels"]["alertname"] for a in api("alerts")["alerts"] if a["state"] == "firing"}


def check_answers():
    empty = []
    queries = list(dashboard_queries())
    for query in queries:
        answer = api("query", query=query)
        if "error" in answer:
            fail(f"the dashboard's query {query}: {answer['error']}")
        elif not answer["result"]:
            empty.append(query)
    for query in empty:
        if not MAY_BE_EMPTY.search(query) and not query.startswith("ALERTS"):
            fail(f"the dashboard's query {query} finds nothing")
    rules = [r for g in api("rules")["groups"] for r in g["rules"]]
    for rule in rules:
        if rule["health"] != "ok":
            fail(f"the rule {rule['name']}: {rule.get('lastError', rule['health'])}")
    for text in ("application/openmetrics-text;version=1.0.0", "text/plain;version=0.0.4"):
        request = urllib.request.Request(
            "http://127.0.0.1:21121/metrics", headers={"Accept": text})
        body = urllib.request.urlopen(request, timeout=10).read()
        if text.startswith("text"):
            lint = subprocess.run(["promtool", "check", "metrics"], input=body, capture_output=True)
            if lint.returncode != 0:
                fail("promtool check metrics: " + lint.stderr.decode())
    return len(queries), len(empty), len(rules)


def main():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with open("/proc/sys/net/ipv4/ip_local_port_range", "w") as file:
        file.write(f"40000 {40000 + PORTS - 1}")
    configure()
    pager = http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Pager)
    threading.Thread(target=pager.serve_forever, daemon=True).start()
    start(f"{BUILD}/ullage", "collect", "--ring", f"{WORK}/rings", "--interval", "250ms")
    wait("a ring", 20, lambda: os.path.isdir(f"{WORK}/rings") and os.listdir(f"{WORK}/rings"))
    start(f"{BUILD}/ullage-exporter", "--ring", f"{WORK}/rings")
    start("prometheus-alertmanager", f"--config.file={WORK}/alertmanager.yml",
          f"--storage.path={WORK}/alerts", "--cluster.listen-address=",
          "--web.listen-address=127.0.0.1:9093")
    start("prometheus", f"--config.file={WORK}/prometheus.yml",
          f"--storage.tsdb.path={WORK}/series", "--web.listen-address=127.0.0.1:9090")
    up = 'ullage_up{namespace!=""} == 1'
    if not wait("Prometheus sees a collector", 60, lambda: api("query", query=up)["result"]):
        return
    if firing() - {"UllageFailuresNotCounted"}:
        fail(f"alerts of a quiet host: {sorted(firing())}")

    began = time.monotonic()
    server, ends = take_ports()
    taken = time.monotonic()
    alerts = {"UllageExhausted"}
    if api("query", query='{__name__=~"ullage_connect_failures.*_total"}')["result"]:
        alerts |= {"UllageConnectsFail"}
    worst = 'ullage_worst_pool_usage_ratio{kind="connect"} >= 1'
    wait("the metrics say that no port is left", 20, lambda: api("query", query=worst)["result"])
    wait(f"{alerts} fire", 10, lambda: alerts <= firing())
    fired = time.monotonic()
    wait("somebody is told", 20, lambda: all((a, "firing", "/page") in told for a in alerts))
    heard = time.monotonic()
    queries, empty, rules = check_answers()
    for end in ends:
        end.close()
    server.close()
    wait("the metrics say that there are ports", 20,
         lambda: api("query", query=worst)["result"] == [])
    wait("UllageExhausted clears", 10, lambda: "UllageExhausted" not in firing())
    wait("somebody is told that it is over", 30,
         lambda: ("UllageExhausted", "resolved", "/page") in told)
    if not failed:
        print(f"test-prometheus: {queries} queries ({empty} find nothing here) and {rules} rules answer; "
              f"{len(ends) // 2} ports taken in {taken - began:.1f} s, {' and '.join(sorted(alerts))} after "
              f"{fired - taken:.1f} s, told after {heard - taken:.1f} s, and taken back")


try:
    main()
finally:
    if failed:
        for name in ("ullage", "ullage-exporter", "prometheus", "prometheus-alertmanager"):
            try:
                lines = open(f"{WORK}/{name}.log").read().splitlines()[-5:]
                print(f"{name} says:", *lines, sep="\n  ", file=sys.stderr)
            except OSError:
                pass
sys.exit(1 if failed else 0)
