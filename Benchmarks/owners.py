"""Who TIME_WAIT belongs to, against a ledger: called by scripts/owners-table, which says how.

Each of three users keeps an account of its connections: where to, and for how long. Half of them go to one
destination, where what is not known can only be divided among those who are; the others are spread over many, so
that a wrong owner cannot hide behind a right sum.
"""

import collections
import json
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

INTERVALS = [0.03, 0.1, 0.3, 1.0]
USERS = [65532, 65533, 65534]
# By user: connections a second, and the powers of ten of seconds between which they live.
WORKLOADS = {
    "users that live alike": [(40, -3, 0), (90, -3, 0), (200, -3, 0)],
    "one user that lives briefly": [(90, -3, 0), (90, -1, 0), (150, -3, -1.5)],
}
DESTINATIONS = 40
PORT = 5000

SERVER = """
import selectors, socket
chosen = selectors.DefaultSelector()
listener = socket.create_server(("0.0.0.0", %d), backlog=1000)
chosen.register(listener, selectors.EVENT_READ)
print("ready", flush=True)
while True:
    for key, _ in chosen.select():
        if key.fileobj is listener:
            chosen.register(listener.accept()[0], selectors.EVENT_READ)
        elif not key.fileobj.recv(64):
            chosen.unregister(key.fileobj)
            key.fileobj.close()
""" % PORT

CLIENT = """
import heapq, random, socket, sys, time
end = time.monotonic() + float(sys.argv[1])
rate, shortest, longest = map(float, sys.argv[2:])
following, living, ledger = time.monotonic(), [], []
while True:
    now = time.monotonic()
    while living and living[0][0] <= now:
        _, _, opened, destination, connection = heapq.heappop(living)
        connection.close()
        ledger.append((destination, time.monotonic() - opened))
    if now >= end and not living:
        break
    if now < end and now >= following:
        chosen = 0 if random.random() < 0.5 else random.randint(1, %d)
        destination = f"127.0.1.{1 + chosen}"
        connection = socket.create_connection((destination, %d))
        heapq.heappush(
            living, (now + 10 ** random.uniform(shortest, longest), random.random(), now, destination, connection))
        following = max(following + random.expovariate(rate), now - 0.1)
    waits = [end if now < end else now + 1] + ([following] if now < end else []) + [e[0] for e in living[:1]]
    time.sleep(max(0, min(waits) - time.monotonic()))
for destination, life in ledger:
    print(destination, life)
""" % (DESTINATIONS, PORT)


def fail(text):
    print(f"owners-table: {text}", file=sys.stderr)
    sys.exit(2)


class Watcher:
    """A snapshot taken again and again; the last one is kept."""

    def __init__(self, enter, ullage, interval):
        self.interval, self.last, self.looks = interval, b"", 0
        self.process = subprocess.Popen(
            [*enter, ullage, "--json", "--watch", str(interval), "--top", "1000"], stdout=subprocess.PIPE)
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            if line.endswith(b"\n"):
                self.last, self.looks = line, self.looks + 1

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.thread.join()

    def pools(self):
        """By destination: ports in use, and of each user those that are certain and those that are inferred."""
        document = json.loads(self.last)
        result = {}
        for pool in document["namespaces"][0]["pools"]:
            if pool.get("kind") != "connect" or pool["port"] != PORT:
                continue
            owners = {int(owner["id"]): (owner["ports"] - owner["inferred_ports"], owner["inferred_ports"])
                      for owner in pool["owners"] if owner["kind"] == "user"}
            result[pool["destination"]] = (pool["in_use"], owners)
        return result


def row(watcher, looks, seconds, truth, lives):
    """One line of the table, and how many ports were shown as certain for somebody who does not have them."""
    total = waiting = certain = wrong = inferred = right = 0
    for destination, (in_use, owners) in watcher.pools().items():
        waiting += in_use
        for user, (known, guessed) in owners.items():
            held = truth[destination][user]
            certain, inferred = certain + known, inferred + guessed
            wrong += max(0, known - held)
            right += min(guessed, max(0, held - known))
    total = sum(len(life) for life in lives.values())
    pace = seconds / max(1, looks)
    expected = statistics.mean(min(1, life / pace) for user in lives.values() for life in user)

    def share(part, whole):
        return f"{100 * part / whole:.1f} %" if whole else "-"

    print(f"{watcher.interval * 1000:5.0f} ms {pace * 1000:7.0f} ms {share(certain, waiting):>9} {100 * expected:7.1f} %"
          f" {wrong:6} {share(inferred, waiting):>12} {share(right, inferred):>9}"
          f" {share(waiting - certain - inferred, waiting):>10} {share(certain - wrong + right, waiting):>8}"
          f" {total - waiting:6}")
    return wrong


def measure(ullage, seconds, title, enter):
    server = subprocess.Popen([*enter, "/usr/bin/python3", "-I", "-c", SERVER], stdout=subprocess.PIPE)
    watchers, clients = [], []
    try:
        if server.stdout.readline() != b"ready\n":
            fail("the server did not become ready")
        watchers = [Watcher(enter, ullage, interval) for interval in INTERVALS]
        while not all(watcher.looks for watcher in watchers):
            if any(watcher.process.poll() is not None for watcher in watchers):
                fail("ullage --watch has ended")
            time.sleep(0.05)
        before, start = [watcher.looks for watcher in watchers], time.monotonic()
        clients = [
            subprocess.Popen(
                [*enter, "setpriv", f"--reuid={user}", "--clear-groups", "/usr/bin/python3", "-I", "-c", CLIENT,
                 str(seconds), *map(str, load)], stdout=subprocess.PIPE, text=True)
            for user, load in zip(USERS, WORKLOADS[title])]
        ledgers = [client.communicate()[0] for client in clients]
        if any(client.returncode != 0 for client in clients):
            fail("a client has failed")
        looks, lasted = [watcher.looks for watcher in watchers], time.monotonic() - start
        # Two looks more of the slowest: nothing lives any more, and nothing is back yet.
        time.sleep(2 * max(INTERVALS) + 0.5)
    finally:
        for watcher in watchers:
            watcher.stop()
        for process in [server, *clients]:
            process.kill()
            process.wait()
    truth = collections.defaultdict(collections.Counter)
    lives = {}
    for user, ledger in zip(USERS, ledgers):
        entries = [line.split() for line in ledger.splitlines()]
        lives[user] = [float(life) for _, life in entries]
        for destination, _ in entries:
            truth[destination][user] += 1
    every = sorted(life for user in lives.values() for life in user)
    print(f"{title}: {' + '.join(str(len(life)) for life in lives.values())} connections in {seconds} s to "
          f"{len(truth)} destinations, half of them to one; half lived less than "
          f"{statistics.median(every) * 1000:.0f} ms")
    print("   looked every      seen alive: certain         not seen: inferred    without    right     not")
    print("   told  in fact     share  expected  wrong        share     right      owner   of all  in TW")
    return sum(row(watcher, after - first, lasted, truth, lives)
               for watcher, first, after in zip(watchers, before, looks))


def main(ullage, seconds):
    wrong = 0
    for title in WORKLOADS:
        name = f"ullage-owners-{os.getpid()}"
        subprocess.run(["ip", "netns", "add", name], check=True)
        try:
            enter = ["nsenter", f"--net=/run/netns/{name}"]
            subprocess.run([*enter, "ip", "link", "set", "lo", "up"], check=True)
            # What waits is not to be taken over meanwhile.
            subprocess.run([*enter, "sysctl", "-qw", "net.ipv4.tcp_tw_reuse=0"], check=True)
            wrong += measure(str(pathlib.Path(ullage).resolve()), seconds, title, enter)
        finally:
            subprocess.run(["ip", "netns", "delete", name], check=True)
    if wrong:
        print(f"{wrong} ports were shown as certain for a user who does not have them")
        sys.exit(1)


main(sys.argv[1], int(sys.argv[2]))
