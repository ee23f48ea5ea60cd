"""What an exporter tells of a namespace, held against the frame of the ring that it tells of."""
import datetime, decimal, glob, json, re, subprocess

STATES = ["established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2", "time_wait", "close_wait",
          "last_ack", "listen", "closing", "bound_inactive"]


def parsed(text):
    """Values by name and labels, without the namespace."""
    series = {}
    for line in text.splitlines():
        found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if not found or line.startswith("#"):
            continue
        labels = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', found[2] or ""))
        labels.pop("namespace", None)
        series[found[1], frozenset(labels.items())] = decimal.Decimal(found[3])
    return series


def told(frame):
    """The gauges of a frame, by name and labels."""
    series = {}

    def add(name, value, **labels):
        if value is not None:
            series[f"ullage_{name}", frozenset(labels.items())] = decimal.Decimal(str(value))

    def last(name):
        return frame["gauges"].get(name, {}).get("last")

    for name in ("range", "reserved", "blocked"):
        add(f"{name}_ports", frame["range"]["size" if name == "range" else name])
    add("pools", last("connect_pools"), kind="connect")
    for protocol in ("tcp", "udp"):
        add("range_ports_in_use", last(f"{protocol}_ports_in_use"), protocol=protocol)
    for state in STATES:
        add("sockets", last(state), protocol="tcp", state=state)
    add("sockets", last("udp_sockets"), protocol="udp")
    for pool in frame["pools"]:
        name, value = pool["pool"], {"in_use": pool["in_use"]["last"], "capacity": pool["capacity"],
                                     "headroom": pool["headroom"]["last"]}
        labels = {"kind": pool["kind"], "protocol": pool["protocol"]}
        family = "pool"
        if pool["kind"] == "connect":
            labels |= {k: str(pool[k]) for k in ("source", "destination", "port", "interface")
                       if pool.get(k) is not None}
            value["reclaimable"] = pool["reclaimable"]
            add("pool_searching", int(pool["searching"]), **labels)
        elif pool["kind"] == "udp":
            labels["family"] = name.removeprefix("udp:")
        elif (local := name.split(":", 1)[1]) in ("*", "0.0.0.0"):
            labels["source"] = local
        else:
            family, labels = "address", {"protocol": pool["protocol"], "address": local}
        for word, number in value.items():
            add(f"{family}_ports_{word}", number, **labels)
    return series


def differences(text, command, rings):
    """What `text` says otherwise than its frame in one of `rings` does, or leaves out; None without a frame."""
    series = parsed(text)
    at = int(series["ullage_sample_timestamp_seconds", frozenset()] * 10**9)
    moment = datetime.datetime.fromtimestamp(at // 10**9, datetime.timezone.utc)
    stamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 10**9:09d}Z"
    for ring in glob.glob(f"{rings}/*.ring"):
        lines = subprocess.run([command, "export", ring, "--json"], capture_output=True).stdout
        for line in lines.splitlines():
            frame = json.loads(line).get("frame")
            if frame and frame["taken_at"] == stamp:
                expected = told(frame)
                return len(expected), [
                    (name, sorted(labels), value, series.get((name, labels)))
                    for (name, labels), value in expected.items() if series.get((name, labels)) != value]
    return None
