"""Three loads of wrk against nginx, recorded: called by scripts/loadtest, which says how."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import webload


# A client that computes for some milliseconds before each request.
BUSY = """
function request()
  local sum = 0
  for index = 1, 5000000 do sum = sum + index % 7 end
  return wrk.format(nil, sum > 0 and "/" or "/none")
end
"""


def record(ullage, folder, name, command):
    """Runs a recorded command; returns what it wrote, and the verdict."""
    path, document = os.path.join(folder, f"{name}.ullage"), os.path.join(folder, f"{name}.json")
    run = subprocess.run(
        [ullage, "record", "--force", "-o", path, "--json", document, "--", *command],
        stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        raise SystemExit(f"loadtest: {name} ended with {run.returncode}")
    with open(document) as file:
        return run.stdout, json.load(file)


def ports(ullage, folder, work, seconds):
    webload.prepare(ports=300)
    server = webload.Server(work)
    try:
        return record(ullage, folder, "ports", webload.wrk(600, seconds))
    finally:
        server.stop()


def slow_server(ullage, folder, work, seconds):
    webload.prepare()
    server = webload.Server(work, backlog=16)
    is_over = threading.Event()

    def stall():
        while not is_over.is_set():
            server.signal(signal.SIGSTOP)
            is_over.wait(0.5)
            server.signal(signal.SIGCONT)
            time.sleep(0.005)

    thread = threading.Thread(target=stall)
    thread.start()
    try:
        return record(ullage, folder, "server", webload.wrk(200, seconds))
    finally:
        is_over.set()
        thread.join()
        server.stop()


def busy(ullage, folder, work, seconds):
    webload.prepare()
    server = webload.Server(work)
    try:
        script = os.path.join(work, "busy.lua")
        with open(script, "w") as file:
            file.write(BUSY)
        load = webload.wrk(8, seconds)
        return record(ullage, folder, "cpu", load[:1] + ["-s", script] + load[1:])
    finally:
        server.stop()


# The load, whether ports are its limit, and reasons of which one is to be given. Where much else runs a load gets
# less than a core, and the host has none left.
KINDS = {"ports": (ports, "yes", {"connects_failed"}), "server": (slow_server, "no", {"waiting_for_peers"}),
         "cpu": (busy, "no", {"command_busy", "host_busy"})}


def main():
    ullage, folder, work, seconds = sys.argv[1:5]
    faults = 0
    for name in sys.argv[5:]:
        load, limit, expected = KINDS[name]
        text, document = load(ullage, folder, work, seconds)
        requests, rate, errors = webload.account(text)
        verdict, failures = document["verdict"], document["failures"]
        reasons = [each["id"] for each in verdict["reasons"]]
        is_right = verdict["limit"] == limit and not expected.isdisjoint(reasons)
        faults += not is_right
        print(f"{name:7} {'right' if is_right else 'WRONG'}: {verdict['text']}; {', '.join(reasons)}")
        print(f"        wrk: {requests:,} requests, {rate:,.0f}/s, {errors:,} connect errors; "
              f"recorded: {failures['connect_total']} failed connects "
              f"({failures['known_here']} surely here), {document['connects']['total']} connects, "
              f"{document['samples']} samples, {document['sampling_cores']} cores")
    sys.exit(1 if faults else 0)


main()
