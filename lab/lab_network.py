# SPDX-License-Identifier: Apache-2.0
"""Builds the network of a scenario out of namespaces, runs commands in it, removes it.

Theory of operation. Order: namespaces, sysctls and nft rules (so that nothing stray is ever sent),
wires, addresses, "does it run?", routes, helpers. Helper programs ask the kernel to be killed when
this process dies, so none survives it. Nothing waits by sleeping for an outcome: each helper says
"ready", tcpdump says "listening", interfaces are asked whether they run.

PR_SET_PDEATHSIG follows the thread: the thread that calls up() must live as long as the network.
"""

import contextlib
import fcntl
import json
import os
import secrets
import signal
import socket
import struct
import subprocess
import time

from lab_capture import Tcpdump
from lab_namespace import (
    ETC_DIR, HOME_DIR, LOCK_DIR, NETNS_DIR, in_namespace, lock_prefix, remove_by_prefix,
    remove_stale)
from lab_process import HERE, READY_S, LabError, batch, program, read_line
from lab_truth import addresses_between

SIOCGIFFLAGS = 0x8913
IFF_RUNNING = 0x40
IFA_TENTATIVE = 0x40
WARM_NEIGHBOURS = 256
AS_USERS = ("root", "net-raw", "user", "userns")
USER_ID = 1000

QUIET_RULE = ("icmpv6 type { mld-listener-report, mld2-listener-report, mld-listener-done, "
              "nd-router-solicit } drop")
RULESET = """table inet lab {
chain input { type filter hook input priority 0; policy %s;
%s}
chain forward { type filter hook forward priority 0; policy accept;
%s}
chain output { type filter hook output priority 0; policy accept;
%s}
}
"""


class Network:
    """A scenario that is up inside a `with` block."""

    def __init__(self, scenario, userns=False):
        self.scenario = scenario
        self.truth = scenario.truth
        self.targets = scenario.targets
        self.options = scenario.options
        self.userns = userns
        self.prefix = f"sonde-{os.getpid()}-{secrets.token_hex(3)}-"
        self.lock = None
        self.daemons = []  # (role, process)
        self.counters = {}  # what ended helpers counted, by role
        self.holder = None
        self.home = os.path.join(HOME_DIR, self.prefix + "home")  # of an ordinary user

    # Names

    def namespace(self, node):
        """The namespace of a node, as `ip netns` knows it."""
        return self.prefix + node

    def path(self, node):
        """The namespace file of a node."""
        return os.path.join(NETNS_DIR, self.namespace(node))

    def scanner_interfaces(self):
        """The interfaces worth capturing on: the scanner's, or lo when it has no other."""
        return list(self.scenario.nodes["scanner"].interfaces) or ["lo"]

    # Up and down

    def __enter__(self):
        if os.geteuid() != 0:
            raise LabError("The lab makes network namespaces and needs root; try sudo.")
        if "/usr/sbin" not in os.environ.get("PATH", "").split(":"):
            os.environ["PATH"] += ":/usr/sbin:/sbin"  # ip, nft, dnsmasq, tcpdump
        os.makedirs(LOCK_DIR, mode=0o700, exist_ok=True)
        remove_stale()
        self.lock = lock_prefix(self.prefix, wait=True)
        try:
            self.build()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_):
        self.remove()

    def build(self):
        nodes = self.scenario.nodes.values()
        os.mkdir(self.home, 0o700)
        os.chown(self.home, USER_ID, USER_ID)
        self.write_etc(self.scenario.nodes["scanner"])
        self.make_namespaces()
        for node in nodes:
            in_namespace(self.path(node.name), lambda n=node: self.write_sysctls(n))
        batch(*[(["ip", "netns", "exec", self.namespace(n.name), "nft", "-f", "-"],
                 self.ruleset(n)) for n in nodes if self.ruleset(n)])
        self.make_cables()
        self.make_links()
        batch(*[(self.ip(n), self.interface_commands(n)) for n in nodes])
        for node in nodes:
            in_namespace(self.path(node.name), lambda n=node: self.await_interfaces(n))
        batch(*[(self.ip(n), self.route_commands(n)) for n in nodes])
        self.start_helpers()

    def ip(self, node):
        return ["ip", "-n", self.namespace(node.name), "-batch", "-"]

    def make_namespaces(self):
        names = [n for n in self.scenario.nodes if not (self.userns and n == "scanner")]
        batch((["ip", "-batch", "-"], "".join(f"netns add {self.namespace(n)}\n" for n in names)))
        if self.userns:
            self.make_user_namespace()

    def make_user_namespace(self):
        """The scanner's namespace, owned by a user namespace of an ordinary user."""
        etc = os.path.join(ETC_DIR, self.namespace("scanner"))
        script = "".join(f"mount --bind {etc}/{name} /etc/{name} && "
                         for name in sorted(os.listdir(etc)))
        command = ["setpriv", f"--reuid={USER_ID}", f"--regid={USER_ID}", "--clear-groups",
                   "--pdeathsig=KILL", "unshare", "-Urnm", "sh", "-c",
                   script + "echo ready && read end"]
        self.holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, cwd="/")
        read_line(self.holder, self.holder.stdout, b"ready", "The user namespace")
        batch((["ip", "-batch", "-"],
               f"netns attach {self.namespace('scanner')} {self.holder.pid}\n"))

    def write_etc(self, scanner):
        """The scanner's own resolv.conf, hosts and nsswitch.conf; ip netns exec binds them."""
        directory = os.path.join(ETC_DIR, self.namespace("scanner"))
        os.makedirs(directory)
        hosts = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n"
        hosts += "".join(f"{a} {' '.join(names)}\n" for a, names in scanner.hosts)
        files = {
            "resolv.conf": "".join(f"nameserver {a}\n" for a in scanner.nameservers),
            "hosts": hosts,
            "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n"
                             "services: files\nprotocols: files\n",
        }
        for name, text in files.items():
            with open(os.path.join(directory, name), "w", encoding="ascii") as out:
                out.write(text)

    @staticmethod
    def write_sysctls(node):
        """In the node's namespace: no stray traffic, no filters by path, no rate limits of ICMP."""
        values = {"net.ipv4.ip_forward": int(node.forward),
                  "net.ipv6.conf.all.forwarding": int(node.forward)}
        for scope in ("all", "default"):
            v4, v6 = f"net.ipv4.conf.{scope}.", f"net.ipv6.conf.{scope}."
            values.update({v4 + "rp_filter": 0, v4 + "send_redirects": 0,
                           v6 + "accept_dad": 0, v6 + "dad_transmits": 0,
                           v6 + "router_solicitations": 0, v6 + "accept_ra": 0,
                           v6 + "autoconf": 0, v6 + "addr_gen_mode": 1})
        if node.kind != "kernel":
            values["net.ipv6.conf.all.disable_ipv6"] = 1
        if not node.has_ipv6():
            values["net.ipv6.conf.default.disable_ipv6"] = 1  # lo, made before, keeps ::1
        if node.icmp_rate == "free":
            values.update({"net.ipv4.icmp_ratelimit": 0, "net.ipv4.icmp_msgs_per_sec": 1000000,
                           "net.ipv4.icmp_msgs_burst": 100000, "net.ipv6.icmp.ratelimit": 0})
        values.update(node.sysctls)
        for key, value in values.items():
            path = "/proc/sys/" + key.replace(".", "/")
            try:
                with open(path, "w", encoding="ascii") as out:
                    out.write(str(value))
            except OSError as error:
                raise LabError(f"Cannot set {key} to {value}: {error.strerror}.") from None

    @staticmethod
    def ruleset(node):
        """The nft rules of a node; empty when it needs none."""
        rules = {"input": [], "forward": [], "output": []}
        if node.has_ipv6():
            rules["output"].append(QUIET_RULE)
        for chain, rule in node.rules:
            rules[chain].append(rule)
        if node.policy == "accept" and not any(rules.values()):
            return ""
        return RULESET % (node.policy, *("".join(r + "\n" for r in rules[c])
                                         for c in ("input", "forward", "output")))

    def make_cables(self):
        jobs = {}
        for wire in self.scenario.wires:
            if wire.kind != "cable":
                continue
            (left, left_if), (right, right_if) = wire.left, wire.right
            nodes = self.scenario.nodes
            jobs.setdefault(left, []).append(
                f"link add {left_if} address {nodes[left].mac(left_if)} type veth "
                f"peer name {right_if} address {nodes[right].mac(right_if)} "
                f"netns {self.namespace(right)}\n")
        batch(*[(self.ip(self.scenario.nodes[n]), "".join(text)) for n, text in jobs.items()])

    def make_links(self):
        for number, wire in enumerate(self.scenario.wires):
            if wire.kind == "cable":
                continue
            command = [program("sonde-link"), "--seed", str(self.scenario.seed + number)]
            command += ["--left", f"{self.path(wire.left[0])}:{wire.left[1]}"]
            command += ["--right", f"{self.path(wire.right[0])}:{wire.right[1]}"]
            command += ["--layer3"] if wire.kind == "tunnel" else []
            for option, faults in (("--both", wire.both), ("--to-right", wire.to_right),
                                   ("--to-left", wire.to_left)):
                command += [option, ",".join(faults)] if faults else []
            self.start(f"link {wire.left[0]}-{wire.right[0]}", command)

    def wire_at(self, node, interface):
        return next(w for w in self.scenario.wires if (node.name, interface) in (w.left, w.right))

    def interface_commands(self, node):
        text = "link set lo up\n"
        if node.kind == "switch":
            text += "link add br0 type bridge stp_state 0 mcast_snooping 0\nlink set br0 up\n"
        for interface, addresses in node.interfaces.items():
            kind = self.wire_at(node, interface).kind
            if kind == "link":
                text += f"link set {interface} address {node.mac(interface)}\n"
            if node.kind == "switch":
                text += f"link set {interface} master br0\n"
            if node.has_ipv6(interface) and kind != "tunnel":
                text += f"link set {interface} addrgenmode eui64\n"
            text += f"link set {interface} up\n"
            for address in addresses:
                text += f"addr add {address} dev {interface}"
                text += " nodad\n" if address.version == 6 else "\n"
        return text

    @staticmethod
    def await_interfaces(node):
        """In the node's namespace: until every interface runs and no address is tentative."""
        deadline = time.monotonic() + READY_S
        waiting = list(node.interfaces)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            while waiting:
                request = struct.pack("16sH14x", waiting[0].encode(), 0)
                flags = struct.unpack("16sH14x", fcntl.ioctl(control, SIOCGIFFLAGS, request))[1]
                with open("/proc/thread-self/net/if_inet6", encoding="ascii") as rows:
                    tentative = any(int(r.split()[4], 16) & IFA_TENTATIVE for r in rows)
                if flags & IFF_RUNNING and not tentative:
                    waiting.pop(0)
                elif time.monotonic() > deadline:
                    raise LabError(f"{node.name}:{waiting[0]} did not come up.")
                else:
                    time.sleep(0.001)  # between two questions, not for an outcome

    def route_commands(self, node):
        text = ""
        for destination, gateway in node.routes:
            text += f"route add {destination} via {gateway}\n"
        for interface in node.interfaces:
            text += "".join(f"neigh replace {a} lladdr {mac} dev {interface} nud permanent\n"
                            for a, mac in self.warm_neighbours(node, interface))
        return text or "link show lo\n"

    def warm_neighbours(self, node, interface):
        """A long link's ends know each other, as two busy routers do; so no ARP takes 80 ms."""
        wire = self.wire_at(node, interface)
        if wire.kind != "link" or node.kind != "kernel":
            return
        far_name, far_if = wire.right if wire.left == (node.name, interface) else wire.left
        far = self.scenario.nodes[far_name]
        for address in far.interfaces[far_if]:
            yield address.ip, far.mac(far_if)
        for first, last in far.sim_ranges:
            if int(last) - int(first) < WARM_NEIGHBOURS:
                for address in addresses_between(first, last):
                    kind = "04" if address.version == 4 else "06"
                    yield address, ":".join(["02", kind, *(f"{b:02x}" for b in
                                                           address.packed[-4:])])

    # Helpers

    def start(self, role, command, text=None, wanted=b"ready", stream="stdout"):
        """Starts a helper and waits until it says WANTED."""
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.daemons.append((role, process))
        if text is not None:
            process.stdin.write(text.encode())
        process.stdin.close()
        read_line(process, getattr(process, stream), wanted, f"The helper \"{role}\"")
        return process

    def start_helpers(self):
        for node in self.scenario.nodes.values():
            if node.tcp_listen:
                self.start(f"listen {node.name}",
                           [program("sonde-listen"), self.path(node.name), node.tcp_listen])
            if node.kind == "sim":
                for interface in node.interfaces:
                    self.start(f"simhost {node.name}:{interface}",
                               [program("sonde-simhost"), "--netns", self.path(node.name),
                                "--packet", interface, "--seed", str(self.scenario.seed), "-"],
                               "\n".join(node.spec) + "\n")
            if node.dns:
                self.start_dnsmasq(node)
            if node.udp_services:
                self.start(f"udp-services {node.name}",
                           self.helper_command(node.name, [
                               "/usr/bin/python3", os.path.join(HERE, "udp_services.py"),
                               node.udp_services]))
            if node.raw_dns:
                self.start(f"dns {node.name}",
                           self.helper_command(node.name, [
                               "/usr/bin/python3", os.path.join(HERE, "raw_dns.py"),
                               *(w for row in node.raw_dns for w in row)]))

    def helper_command(self, node, command):
        """COMMAND in the node's namespace, killed when we die."""
        return ["ip", "netns", "exec", self.namespace(node), "setpriv", "--pdeathsig=KILL",
                *command]

    def start_dnsmasq(self, node):
        command = ["dnsmasq", "--conf-file=/dev/null", "--keep-in-foreground", "--no-resolv",
                   "--no-hosts", "--no-poll", "--pid-file=", "--user=root", "--group=root",
                   "--log-facility=-", "--local=/#/", "--cache-size=0", "--local-ttl=60"]
        command += [f"--host-record={name},{','.join(map(str, addresses))}"
                    for name, addresses in node.dns]
        self.start(f"dns {node.name}", self.helper_command(node.name, command),
                   wanted=b"started", stream="stderr")
        in_namespace(self.path(node.name), self.await_dns)

    @staticmethod
    def await_dns():
        """In the server's namespace: until it answers."""
        query = struct.pack("!HHHHHH", 1, 0x0100, 1, 0, 0, 0) + b"\x04name\x03lab\0\0\1\0\1"
        deadline = time.monotonic() + READY_S
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.connect(("127.0.0.1", 53))
            asker.settimeout(0.05)
            while time.monotonic() < deadline:
                try:
                    asker.send(query)
                    asker.recv(512)
                    return
                except (ConnectionRefusedError, TimeoutError):
                    continue
        raise LabError("The DNS server does not answer.")

    def ask_counters(self, role):
        """A helper's counters now (SIGUSR1)."""
        process = next(p for r, p in self.daemons if r == role)
        process.send_signal(signal.SIGUSR1)
        return json.loads(read_line(process, process.stdout, b"{", f'The helper "{role}"'))

    def link_stats(self):
        """{"LEFT-RIGHT": {"to_right": {...}, "to_left": {...}, "pending": n}} now."""
        return {role.split(" ", 1)[1]: self.ask_counters(role)
                for role, _ in self.daemons if role.startswith("link ")}

    def sim_stats(self):
        """{"NODE:IF": counters} of the simulated hosts now."""
        return {role.split(" ", 1)[1]: self.ask_counters(role)
                for role, _ in self.daemons if role.startswith("simhost ")}

    # Commands

    def command(self, command, node="scanner", as_user="root", follow=True):
        """The argument list that runs COMMAND in a node; FOLLOW: it dies with this process."""
        if as_user not in AS_USERS:
            raise LabError(f'"{as_user}" is not a way to run; use {", ".join(AS_USERS)}.')
        if (as_user == "userns") != (self.userns and node == "scanner"):
            raise LabError("as_user=userns and up(userns=True) need each other.")
        if as_user == "userns":
            return ["setpriv", *(["--pdeathsig=TERM"] if follow else []), "nsenter", "-t",
                    str(self.holder.pid), "-U", "-m", "-n", f"--wdns={os.getcwd()}", *command]
        ids = [f"--reuid={USER_ID}", f"--regid={USER_ID}", "--clear-groups"]
        options = {
            "root": [],
            "net-raw": [*ids, "--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw"],
            "user": [*ids, "--inh-caps=-all", "--ambient-caps=-all"],
        }[as_user]
        if follow:
            options = [*options, "--pdeathsig=TERM"]
        front = ["setpriv", *options] if options else []
        return ["ip", "netns", "exec", self.namespace(node), *front, *command]

    def environment(self, as_user="root"):
        """The environment of a command: the scenario's words, and a home if it is not root's."""
        environment = {**os.environ, "LAB_SCENARIO": self.scenario.name,
                       "LAB_TARGETS": " ".join(self.targets),
                       "LAB_OPTIONS": " ".join(self.options)}
        if as_user != "root":
            environment["HOME"] = self.home
            for name in [n for n in environment if n.startswith(("XDG_", "SUDO_"))]:
                del environment[name]
        return environment

    def fill(self, command):
        """COMMAND with @targets and @options replaced by the scenario's words."""
        words = {"@targets": self.targets, "@options": self.options}
        return [w for word in command for w in words.get(word, [word])]

    def popen(self, command, node="scanner", as_user="root", **kwargs):
        """Starts COMMAND in a node; the caller ends it before the network goes down."""
        kwargs.setdefault("env", self.environment(as_user))
        return subprocess.Popen(self.command(self.fill(command), node, as_user), **kwargs)

    def run(self, command, capture=False, as_user="root", tcpdump=None, timeout=120, **kwargs):
        """Runs COMMAND in the scanner; a CompletedProcess (text). TCPDUMP names a file."""
        if capture:
            kwargs.update(stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with self.tcpdump(tcpdump) if tcpdump else contextlib.nullcontext():
            with self.popen(command, as_user=as_user, **kwargs) as process:
                try:
                    out, err = process.communicate(timeout=timeout)
                except BaseException:
                    process.kill()
                    raise
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def exec_ns(self, node, command, **kwargs):
        """Runs COMMAND as root in any node; a CompletedProcess with captured text."""
        return subprocess.run(self.command(command, node, "userns" if self.userns and
                                           node == "scanner" else "root"),
                              capture_output=True, text=True, timeout=60, **kwargs)

    def tcpdump(self, path, node="scanner"):
        """A capture beside the work, for `with`: begun before the block, complete after it."""
        return Tcpdump(self, path, node)

    # Down

    def remove(self):
        """Ends and removes everything; safe to call at any time and more than once."""
        held = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
        try:
            self.end_helpers()
            if self.lock is not None:
                remove_by_prefix(self.prefix)
                os.close(self.lock)
                self.lock = None
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def end_helpers(self):
        """Ends what we started, and keeps what it counted."""
        for _, process in self.daemons:
            if process.poll() is None:
                process.terminate()
        for role, process in self.daemons:
            try:
                out = process.communicate(timeout=2)[0]
            except (subprocess.TimeoutExpired, ValueError):
                process.kill()
                process.wait()
                out = b""
            lines = [line for line in (out or b"").splitlines() if line.startswith(b"{")]
            if lines:
                self.counters[role] = json.loads(lines[-1])
            for stream in (process.stdout, process.stderr):
                stream.close()
        self.daemons = []
        if self.holder:
            self.holder.kill()
            self.holder.communicate()
            self.holder = None
