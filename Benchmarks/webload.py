"""nginx and wrk within the namespace of the process that imports this: without keep-alive, a connect a request."""

import os
import re
import signal
import subprocess
import time

SOURCE, SERVER = "10.9.0.1", "10.9.0.2"
URL = f"http://{SERVER}:8080/"

CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log crit;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_timeout 0;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen {server}:8080 backlog={backlog}; location / {{ return 200 "ok\\n"; }} }}
}}
"""


def prepare(ports=None):
    """Addresses, and a range of so many ports; the default one if not given."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in SOURCE, SERVER:
        subprocess.run(["ip", "address", "replace", f"{address}/32", "dev", "lo"], check=True)
    # What is connected to is reached from SOURCE.
    subprocess.run(["ip", "route", "replace", "local", SERVER, "dev", "lo", "src", SOURCE, "table", "local"],
                   check=True)
    high = 32768 + ports - 1 if ports else 60999
    with open("/proc/sys/net/ipv4/ip_local_port_range", "w") as file:
        file.write(f"32768 {high}")


class Server:
    """nginx with one worker; `pauses` stop it for most of the time."""

    def __init__(self, folder, backlog=4096):
        path = os.path.join(folder, "nginx.conf")
        with open(path, "w") as file:
            file.write(CONFIGURATION.format(folder=folder, server=SERVER, backlog=backlog))
        self.process = subprocess.Popen(["nginx", "-c", path, "-e", "stderr"])
        deadline = time.monotonic() + 10
        while not self.workers() or not os.path.exists(f"{folder}/nginx.pid"):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise SystemExit("nginx did not start")
            time.sleep(0.02)
        time.sleep(0.1)

    def workers(self):
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
            return [int(word) for word in file.read().split()]

    def signal(self, number):
        for worker in self.workers():
            os.kill(worker, number)

    def stop(self):
        self.signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait()


def wrk(connections, seconds, threads=1):
    """The command line of a load."""
    return ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "2s", URL]


def account(text):
    """What wrk says: requests, requests a second, connect errors."""
    requests = int(re.search(r"(\d+) requests in", text).group(1))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
    errors = re.search(r"Socket errors: connect (\d+)", text)
    return requests, rate, int(errors.group(1)) if errors else 0
