"""Five hosts, and what watches a fleet: trial.py BUILD FILES WORK PICTURES (scripts/test-prometheus calls it).

Each host is a namespace with a collector and an exporter, over TLS and with a password. A real Prometheus, a
real Alertmanager and a real VictoriaMetrics ask them. One host uses up its ports towards a destination, two
others nearly: somebody is told of the one, and what all three have in common is found.
"""
import base64, http.server, json, os, re, socket, ssl, subprocess, sys, threading, time
import urllib.error, urllib.parse, urllib.request

import yaml

import hosts, ring

BUILD, FILES, WORK, PICTURES = sys.argv[1:]
EVALUATION = 1  # seconds, as often as it is scraped
WINDOW = 10  # seconds, in which the rules look for failures; two minutes in the example
# What hosts in good order do not have, and what these cannot be made to have within a minute.
MAY_BE_EMPTY = re.compile(
    r"exhaustion_seconds|alarm_active|ullage_up.*== 0|overflows|connect_failures_total"
    r"|time_wait_reused|_max_1m|ALERTS")
PROMETHEUS, VICTORIA = "http://127.0.0.1:9090", "http://127.0.0.1:8428"
failed, told = [], []


def fail(text):
    print(f"test-prometheus: {text}", file=sys.stderr)
    failed.append(text)


def api(path, server=PROMETHEUS, **parameters):
    url = f"{server}/api/v1/{path}?" + urllib.parse.urlencode(parameters)
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return json.load(response)["data"]
    except urllib.error.HTTPError as error:
        return {"error": error.read().decode(), "result": []}


def instances(query, server=PROMETHEUS):
    return {s["metric"].get("instance") for s in api("query", server, query=query)["result"]}


def firing(name):
    return {a["labels"].get("instance") for a in api("alerts")["alerts"]
            if a["labels"]["alertname"] == name and a["state"] == "firing"}


def wait(what, seconds, condition):
    """The moment at which it was so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return time.monotonic()
        except OSError:
            pass
        time.sleep(0.05)
    fail(f"{what}: not within {seconds} s")
    return time.monotonic()


class Pager(http.server.BaseHTTPRequestHandler):
    """Whom Alertmanager tells."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for alert in body["alerts"]:
            labels = alert["labels"]
            told.append((labels["alertname"], labels.get("instance"), alert["status"], self.path))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def serve_destination():
    """Whom the hosts connect to: takes every connection, and keeps it until the other side ends it."""
    server = socket.create_server((hosts.CENTRE, 8000), backlog=4096)
    kept = []
    while True:
        kept.append(server.accept()[0])


def configure(targets):
    """The examples of the repository, with these hosts and little patience."""
    with open(f"{WORK}/ullage-password", "w") as file:
        file.write(hosts.PASSWORD)
    config = yaml.safe_load(open(f"{FILES}/prometheus.yml"))
    config["global"] = {
        "scrape_interval": f"{EVALUATION}s", "evaluation_interval": f"{EVALUATION}s"}
    job = next(j for j in config["scrape_configs"] if "file_sd_configs" in j)
    job["tls_config"]["ca_file"] = "ca.pem"
    config["scrape_configs"] = [job]
    rules = open(f"{FILES}/ullage.rules.yml").read()
    with open(f"{WORK}/ullage.rules.yml", "w") as file:
        file.write(rules.replace("[2m]", f"[{WINDOW}s]").replace("offset 2m", f"offset {WINDOW}s"))
    yaml.safe_dump(config, open(f"{WORK}/prometheus.yml", "w"))
    yaml.safe_dump([{"targets": targets}], open(f"{WORK}/targets/example.yml", "w"))
    # What VictoriaMetrics knows of it.
    yaml.safe_dump({"global": {"scrape_interval": f"{EVALUATION}s"}, "scrape_configs": [job]},
                   open(f"{WORK}/victoria.yml", "w"))
    alerts = yaml.safe_load(open(f"{FILES}/alertmanager.yml"))
    alerts["route"].update(group_wait="100ms", group_interval="1s")
    yaml.safe_dump(alerts, open(f"{WORK}/alertmanager.yml", "w"))


def start_servers():
    pager = http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Pager)
    for serve in (pager.serve_forever, serve_destination):
        threading.Thread(target=serve, daemon=True).start()
    hosts.start(WORK, "alertmanager", "prometheus-alertmanager",
                f"--config.file={WORK}/alertmanager.yml", f"--storage.path={WORK}/alerts",
                "--cluster.listen-address=", "--web.listen-address=127.0.0.1:9093")
    hosts.start(WORK, "prometheus", "prometheus", f"--config.file={WORK}/prometheus.yml",
                f"--storage.tsdb.path={WORK}/series", "--web.listen-address=127.0.0.1:9090")
    hosts.start(WORK, "victoria", "victoria-metrics", f"-promscrape.config={WORK}/victoria.yml",
                f"-storageDataPath={WORK}/victoria", "-httpListenAddr=127.0.0.1:8428",
                "-memory.allowedBytes=64MB", "-search.latencyOffset=0s")


def metrics(host, accept="text/plain;version=0.0.4", password=hosts.PASSWORD):
    """What a host answers: its status and its body."""
    request = urllib.request.Request(f"https://{host.target}/metrics", headers={"Accept": accept})
    if password is not None:
        token = base64.b64encode(f"prometheus:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
    context = ssl.create_default_context(cafile=f"{WORK}/ca.pem")
    try:
        with urllib.request.urlopen(request, timeout=10, context=context) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


def check_metrics(host):
    for password in (None, "wrong"):
        if metrics(host, password=password)[0] != 401:
            fail(f"{host.address} answers with the password {password}")
    lint = subprocess.run(["promtool", "check", "metrics"], input=metrics(host)[1],
                          capture_output=True)
    if lint.returncode != 0:
        fail("promtool check metrics: " + lint.stderr.decode())


def check_ring(host):
    """Every gauge is what the frame says that it is of."""
    found = ring.differences(
        metrics(host)[1].decode(), f"{BUILD}/ullage", f"{host.work}/rings")
    if not found or found[0] < 30 or found[1]:
        fail(f"{host.address} tells otherwise than its ring: {found}")


def dashboard_queries():
    board = json.load(open(f"{FILES}/dashboard.json"))
    values = {"$instance": ".*", "$namespace": ".*", "$__rate_interval": "1m"}
    queries = [t["expr"] for p in board["panels"] for t in p.get("targets", [])]
    queries += [a["expr"] for a in board["annotations"]["list"]]
    for query in queries:
        for name, value in values.items():
            query = query.replace(name, value)
        yield query


def check_answers():
    """Every query of the dashboard and every rule, while something is going on."""
    queries, empty = list(dashboard_queries()), 0
    for query in queries:
        answer = api("query", query=query)
        if "error" in answer:
            fail(f"the dashboard's query {query}: {answer['error']}")
        elif not answer["result"]:
            empty += 1
            if not MAY_BE_EMPTY.search(query):
                fail(f"the dashboard's query {query} finds nothing")
    rules = [r for g in api("rules")["groups"] for r in g["rules"]]
    for rule in rules:
        if rule["health"] != "ok":
            fail(f"the rule {rule['name']}: {rule.get('lastError', rule['health'])}")
    return f"{len(queries)} queries ({empty} find nothing here) and {len(rules)} rules answer"


def fleet(server):
    """What `ullage fleet` says: the hosts in their order, and on how many a destination is tight."""
    run = subprocess.run([f"{BUILD}/ullage", "fleet", "--prometheus", server, "--json"],
                         capture_output=True)
    if run.returncode not in (0, 1):
        fail(f"ullage fleet {server}: {run.stderr.decode()}")
        return None
    document = json.loads(run.stdout)
    return ([h["host"] for h in document["hosts"]][:3],
            [(c["destination"], c["port"], c["hosts"]) for c in document["causes"]])


def take_pictures():
    """What people see while the alerts fire."""
    for name, page in (("alerts", "classic/alerts"), ("usage", "graph?g0.tab=0&g0.expr="
                       + urllib.parse.quote("instance:ullage_worst_pool_usage_ratio:max") + "&g0.range_input=1m")):
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                        f"--user-data-dir={WORK}/browser", "--window-size=1000,830",
                        "--virtual-time-budget=5000", f"--screenshot={PICTURES}/{name}.png",
                        f"{PROMETHEUS}/{page}"], capture_output=True, timeout=60)


def check_silence():
    """Which of some alerts, made up here, Alertmanager silences because of the others."""
    end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))

    def alert(name, silenced, **labels):
        return {"labels": {"alertname": name, "instance": "made-up", **labels,
                           "silenced": "yes" if silenced else "no"}, "endsAt": end}

    bind = dict(namespace="pod-a", kind="bind", severity="warning")
    pod = dict(namespace="pod-a", kind="connect", severity="critical")
    alerts = [
        # Binds of one namespace say nothing of connects, nor of other namespaces.
        alert("UllageExhausted", False, **bind), alert("UllageSaturated", True, **bind),
        alert("UllageNearlyExhausted", False, namespace="host", kind="connect", severity="critical"),
        alert("UllageExhaustionForecast", False, namespace="host", kind="udp", severity="warning"),
        alert("UllageNearlyExhausted", False, **pod),
        # What has no port left is not nearly used up as well.
        alert("UllageExhausted", False, **(pod | {"namespace": "pod-b"})),
        alert("UllageNearlyExhausted", True, **(pod | {"namespace": "pod-b"})),
        # One collector is away, and all that it collected with it.
        alert("UllageCollectorStale", False, namespace="host", severity="warning"),
        alert("UllageCollectorStale", True, namespace="pod-a", severity="warning"),
    ]
    url = "http://127.0.0.1:9093/api/v2/alerts"
    urllib.request.urlopen(urllib.request.Request(
        url, json.dumps(alerts).encode(), {"Content-Type": "application/json"}), timeout=10).close()

    def wrong():
        with urllib.request.urlopen(url, timeout=10) as response:
            known = [a for a in json.load(response) if a["labels"]["instance"] == "made-up"]
        return [a["labels"] for a in known
                if (a["labels"]["silenced"] == "yes") != bool(a["status"]["inhibitedBy"])
                ] if len(known) == len(alerts) else alerts

    wait("Alertmanager silences what follows, and nothing else", 20, lambda: not wrong())
    if wrong():
        fail(f"silenced or not, and should not or should be: {wrong()}")


def lose_collector(host):
    """What is said of a host whose collector is gone, and when it is back."""
    this = f'{{instance="{host.target}"}}'
    before = api("query", query=f"ullage_samples_total{this}")["result"][0]["value"][1]
    host.lose_collector()
    wait("a collector that is gone is told of", 20,
         lambda: host.target in instances("ullage_up == 0"))
    for name in ("ullage_worst_pool_usage_ratio", "ullage_pool_ports_in_use", "ullage_sockets"):
        if instances(name + this):
            fail(f"{name} is told of a host whose collector is gone")
    host.collect(BUILD)
    wait("a collector that is back is told of", 20,
         lambda: host.target in instances("ullage_up == 1"))
    wait("its samples go on being counted", 20,
         lambda: instances(f"ullage_samples_total{this} > {before}"))
    if api("query", query=f"resets(ullage_samples_total{this}[1m])")["result"][0]["value"][1] != "0":
        fail("a counter fell when the collector was started again")


def main():
    hosts.make_centre()
    hosts.make_authority(WORK)
    fleet_hosts = [hosts.Host(number, WORK) for number in range(1, 6)]
    for host in fleet_hosts:
        host.collect(BUILD, sees_all=host is fleet_hosts[2])
        host.export(BUILD, WORK)
    targets = {host.target for host in fleet_hosts}
    configure(sorted(targets))
    start_servers()
    for server in (PROMETHEUS, VICTORIA):
        wait(f"{server} sees five collectors", 60,
             lambda: instances("ullage_up == 1", server) == targets)
    if failed:
        return
    began = time.monotonic()
    check_metrics(fleet_hosts[0])
    for name in ("UllageExhausted", "UllageConnectsFail", "UllageSaturated", "UllageCollectorStale"):
        # Whoever sees all failures of this kernel sees those of others who use it.
        if firing(name) - {fleet_hosts[2].target}:
            fail(f"{name} fires on quiet hosts")
    check_silence()
    # That a series is new says something where somebody looked before.
    time.sleep(max(0, began + WINDOW + 2 * EVALUATION - time.monotonic()))

    loads = [fleet_hosts[0].take(440), fleet_hosts[1].take(430)]
    victim = fleet_hosts[2].target
    loads.append(fleet_hosts[2].take(hosts.PORTS + 1))
    taken = time.monotonic()
    expected = ["UllageExhausted", "UllageConnectsFail", "UllageDestinationFails"]
    seen = wait("the metrics say that no port is left", 20,
                lambda: instances('ullage_worst_pool_usage_ratio{kind="connect"} >= 1') == {victim})
    fired = wait("the alerts fire", 20,
                 lambda: all(firing(name) == {victim} for name in expected))
    heard = wait("somebody is told", 20, lambda: all(
        (name, victim, "firing", "/page") in told for name in expected))
    cause = f'destination_port:ullage_tight_hosts:count{{destination="{hosts.CENTRE}"}} == 3'
    wait("three hosts have a destination in common", 10, lambda: api("query", query=cause)["result"])
    wait("the rules note the failures", 10,
         lambda: instances("instance:ullage_connect_failures:rate2m > 0") == {victim})
    answers = check_answers()
    for host in fleet_hosts:
        check_ring(host)
    truth = ([victim, fleet_hosts[0].target, fleet_hosts[1].target], [(hosts.CENTRE, "8000", 3)])
    for server in (PROMETHEUS, VICTORIA):
        wait(f"ullage fleet names {truth} from {server}", 15, lambda: fleet(server) == truth)
    if {(name, host) for name, host, _, page in told
            if page == "/page" and host != "made-up"} != {
            (name, victim) for name in expected}:
        fail(f"somebody is told what is not so: {sorted(set(told))}")

    if PICTURES:
        take_pictures()
    lose_collector(fleet_hosts[4])
    for load in loads:
        load.stdin.close()
    wait("UllageExhausted clears", 20, lambda: firing("UllageExhausted") == set())
    wait("somebody is told that it is over", 20, lambda: (
        "UllageExhausted", victim, "resolved", "/page") in told)
    if not failed:
        print(f"test-prometheus: five hosts; {answers}; the last port of one is seen after "
              f"{seen - taken:.1f} s, alerted on {fired - seen:.1f} s later, told {heard - seen:.1f} s later, "
              "and taken back; the metrics are what the rings say; ullage fleet names it and what three have in "
              "common, from Prometheus and from VictoriaMetrics")


try:
    main()
finally:
    if failed:
        for root, _, names in os.walk(WORK):
            for name in sorted(n for n in names if n.endswith(".log")):
                lines = open(f"{root}/{name}", errors="replace").read().splitlines()[-4:]
                print(f"{root[len(WORK):]}/{name}:", *lines, sep="\n  ", file=sys.stderr)
sys.exit(1 if failed else 0)
