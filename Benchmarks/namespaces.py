"""What a look at many network namespaces costs: called by scripts/bench-namespaces, which says how.

Each namespace has one process with connections to itself, all in the table that the namespaces share. The
looks and the bare loop over the same files are timed by turns, in processor time, so that what else runs on
the machine stands in both.
"""

import ctypes
import os
import signal
import socket
import statistics
import subprocess
import sys

CLONE_NEWNET = 0x40000000


def inhabit(connections):
    """Starts a process in a namespace of its own, with so many connections; returns its number."""
    ready, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        if ctypes.CDLL(None).unshare(CLONE_NEWNET):
            os._exit(1)
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        listener = socket.socket()
        listener.bind(("127.0.0.1", 5000))
        listener.listen(128)
        kept = []
        for _ in range(connections):
            client = socket.create_connection(("127.0.0.1", 5000))
            kept += [client, listener.accept()[0]]
        os.write(tell, b"x")
        signal.pause()
        os._exit(0)
    os.close(tell)
    if os.read(ready, 1) != b"x":
        sys.exit("bench-namespaces: a namespace could not be made")
    os.close(ready)
    return pid


def main():
    bare, watch, most, sockets = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    pids = []
    print("namespaces   sockets   first look      mean    median     worst   bare loop   ratio")
    try:
        for count in [most // 4, most // 2, most]:
            while len(pids) < count:
                pids.append(inhabit(sockets // most // 2))
            looks, floors = [], []
            for _ in range(5):
                floors.append(int(subprocess.run(
                    [bare, "20", *map(str, pids)], check=True, capture_output=True, text=True).stdout))
                looks.append([int(word) for word in subprocess.run(
                    [watch], check=True, capture_output=True, text=True).stdout.split()])
            found, known, held, first, mean, middle, worst = [
                statistics.median(column) for column in zip(*looks)]
            floor = statistics.median(floors)
            if known < count:
                sys.exit(f"bench-namespaces: {known} of {count} namespaces have a bound")
            print(f"{found:10.0f} {held:9.0f} {first / 1e6:9.2f} ms {mean / 1e6:6.2f} ms "
                  f"{middle / 1e6:6.2f} ms {worst / 1e6:6.2f} ms {floor / 1e6:8.2f} ms "
                  f"{mean / floor:7.2f}")
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        for pid in pids:
            os.waitpid(pid, 0)


main()
