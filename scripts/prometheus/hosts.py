"""Hosts that are network, process and mount namespaces, joined by a bridge to the namespace of whoever asks."""
import crypt, os, resource, signal, subprocess

PORTS = 500
NETWORK = "10.77.0"
CENTRE = f"{NETWORK}.254"
PASSWORD = "correct horse battery staple"

# Takes as many connections to the centre as it is told, or all that there are, says so, and holds them until
# its input ends; then gives them back without a TIME_WAIT.
LOAD = """
import errno, resource, socket, struct, sys
wanted, address = int(sys.argv[1]), sys.argv[2]
resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
held, failures = [], 0
while len(held) < wanted and failures < 20:
    end = socket.socket()
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    try:
        end.connect((address, 8000))
        held.append(end)
    except OSError as error:
        if error.errno != errno.EADDRNOTAVAIL:
            raise
        failures += 1
print(len(held), flush=True)
sys.stdin.read()
"""


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout.decode()}")


def start(work, name, *command, **options):
    """A program whose output is WORK/NAME.log."""
    log = open(f"{work}/{name}.log", "wb")
    return subprocess.Popen(command, stdout=log, stderr=log, cwd=work, **options)


def make_centre():
    resource.setrlimit(resource.RLIMIT_NOFILE, (16384, 16384))
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "name", "centre", "type", "bridge")
    run("ip", "address", "add", f"{CENTRE}/24", "dev", "centre")
    run("ip", "link", "set", "centre", "up")


def make_authority(work):
    """A certificate authority of one day: WORK/ca.pem."""
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-days", "1", "-subj", "/CN=trial", "-keyout", f"{work}/ca.key", "-out", f"{work}/ca.pem")


class Host:
    def __init__(self, number, work):
        self.number, self.work = number, f"{work}/host{number}"
        self.address = f"{NETWORK}.{number}"
        self.target = f"{self.address}:21121"
        os.mkdir(self.work)
        holder = start(self.work, "holder", "unshare", "--net", "--pid", "--mount", "--fork",
                       "--kill-child", "--mount-proc", "sh", "-c", "echo; exec sleep infinity")
        children = f"/proc/{holder.pid}/task/{holder.pid}/children"
        while not (first := open(children).read().split()) or not os.path.getsize(
                f"{self.work}/holder.log"):
            pass
        self.init = first[0]
        inner = f"host{number}"
        run("ip", "link", "add", "name", inner, "type", "veth", "peer", "name", "eth0", "netns",
            self.init)
        run("ip", "link", "set", inner, "master", "centre", "up")
        for command in ("ip link set lo up", f"ip address add {self.address}/24 dev eth0",
                        "ip link set eth0 up",
                        # All these hosts are one kernel: a collector that saw it whole would count the
                        # failures of all.
                        "mount -t tmpfs none /sys/kernel",
                        f"echo 40000 {40000 + PORTS - 1} >/proc/sys/net/ipv4/ip_local_port_range"):
            run(*self.inside("sh", "-c", command))

    def inside(self, *command):
        return ("nsenter", "--target", self.init, "--net", "--pid", "--mount", *command)

    def collect(self, build, sees_all=False):
        """A collector that may do no more than count its own namespace, or one that counts the failures of
        this whole kernel, and of its namespace knows to which destination they were."""
        limits = () if sees_all else ("setpriv", "--bounding-set", "-sys_admin,-perfmon")
        self.collector = start(self.work, "ullage", *self.inside(
            *limits, f"{build}/ullage", "collect",
            "--netns", "own", "--ring", f"{self.work}/rings", "--interval", "250ms"))

    def lose_collector(self):
        """Kills the collector, which gets no chance to say so."""
        child = open(f"/proc/{self.collector.pid}/task/{self.collector.pid}/children").read().split()
        os.kill(int(child[0]) if child else self.collector.pid, signal.SIGKILL)
        self.collector.wait()

    def export(self, build, authority):
        """An exporter with a certificate and a password."""
        key, request, paper = (f"{self.work}/{name}" for name in ("key.pem", "csr.pem", "cert.pem"))
        run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", f"/CN={self.address}", "-addext", f"subjectAltName=IP:{self.address}",
            "-keyout", key, "-out", request)
        run("openssl", "x509", "-req", "-days", "1", "-in", request, "-copy_extensions", "copy",
            "-CA", f"{authority}/ca.pem", "-CAkey", f"{authority}/ca.key", "-out", paper)
        secret = crypt.crypt(PASSWORD, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=1 << 5))
        with open(f"{self.work}/web.yml", "w") as file:
            file.write("tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n"
                       f"basic_auth_users: {{prometheus: '{secret}'}}\n")
        start(self.work, "ullage-exporter", *self.inside(
            f"{build}/ullage-exporter", "--ring", f"{self.work}/rings", "--web.listen-address",
            self.target, "--web.config.file", f"{self.work}/web.yml"))

    def take(self, ports):
        """Takes ports towards the centre; returns who holds them, once they are taken."""
        load = subprocess.Popen(
            self.inside("/usr/bin/python3", "-c", LOAD, str(ports), CENTRE),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        taken = int(load.stdout.readline())
        assert taken == min(ports, PORTS), f"{self.address} took {taken} ports"
        return load
