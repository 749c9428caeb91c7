# SPDX-License-Identifier: Apache-2.0
"""Every line nmap 7.93 prints for a packet is the line we print for the same captured frame.

nmap scans a neighbour namespace with --packet-trace while tcpdump captures beside it; trace-file
(tests/report/trace_file.c) prints our lines for that capture. Times apart, each of nmap's lines
must be among ours as often as it is among its own. Needs root. Through `meson test`, which sets
TRACE_FILE, or by hand: TRACE_FILE=build/tests/report/trace-file pytest FILE.
"""
import collections
import itertools
import os
import re
import signal
import subprocess
import sys
import time

import pytest

TRACE_FILE = os.environ.get("TRACE_FILE", "build/tests/report/trace-file")
GHOST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "trace_ghost.py")
WAIT = 10  # seconds until something that must happen counts as not happening
number = itertools.count()


def run(*args, text=None):
    done = subprocess.run(args, input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{args}: {done.stderr or done.stdout}"
    return done.stdout


class Net:
    """Two namespaces and a cable; the scanner's end is recorded."""

    def __init__(self, directory):
        base = f"sonde-trace-{os.getpid()}-{next(number)}"
        self.scanner, self.target = f"{base}-a", f"{base}-b"
        self.pcap = str(directory / "scan.pcap")
        self.made, self.running = [], []

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def build(self):
        for name in (self.scanner, self.target):
            run("ip", "netns", "add", name)
            self.made.append(name)
            run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.accept_dad=0",
                "net.ipv6.conf.default.accept_dad=0", "net.ipv4.icmp_ratelimit=0",
                "net.ipv6.icmp.ratelimit=0")
        run("ip", "-n", self.scanner, "link", "add", "wire", "type", "veth", "peer", "name",
            "wire", "netns", self.target)
        for name, last in ((self.scanner, "10"), (self.target, "20")):
            run("ip", "-n", name, "addr", "add", f"192.0.2.{last}/24", "dev", "wire")
            run("ip", "-n", name, "addr", "add", f"2001:db8::{last}/64", "dev", "wire", "nodad")
            run("ip", "-n", name, "link", "set", "lo", "up")
            run("ip", "-n", name, "link", "set", "wire", "up")
        link = run("ip", "-n", self.scanner, "-o", "link", "show", "wire")
        self.mac = re.search(r"link/ether (\S+)", link)[1]
        self.start(self.scanner, "listening on", "tcpdump", "-i", "wire", "-w", self.pcap, "-U",
                   "--immediate-mode", "-s", "2048", "-B", "8192")

    def __exit__(self, *unused):
        for process in self.running:
            process.send_signal(signal.SIGTERM)
            process.wait(WAIT)
            process.stdout.close()
        for name in self.made:
            run("ip", "netns", "del", name)

    def start(self, name, ready, *command):
        """Runs command in a namespace until the end; returns when it has said `ready`."""
        process = subprocess.Popen(["ip", "netns", "exec", name, *command],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.running.append(process)
        for line in process.stdout:
            if ready in line:
                return
        raise AssertionError(f"{command} ended before it was ready")

    def wait_for_ipv6(self):
        """Until both ends have joined the link: before, they hear no solicitation."""
        deadline = time.monotonic() + WAIT
        for name in (self.scanner, self.target):
            while True:
                text = run("ip", "-n", name, "-6", "addr", "show", "dev", "wire")
                if "inet6 fe80" in text and "tentative" not in text:
                    break
                assert time.monotonic() < deadline, f"no IPv6 on the link: {text}"
                time.sleep(0.02)  # only the pace of asking

    def ghost(self, case):
        self.start(self.target, "ready", sys.executable, GHOST, "wire", case)

    def nft(self, *rules):
        table = "add table inet t\nadd chain inet t c { type filter hook input priority 0; }\n"
        run("ip", "netns", "exec", self.target, "nft", "-f", "-",
            text=table + "".join(f"add rule inet t c {rule}\n" for rule in rules))

    def listen(self, port):
        code = ("import socket, sys, signal; s = socket.create_server(('::', int(sys.argv[1])),"
                "family=socket.AF_INET6, dualstack_ipv6=True);"
                "print('ready', flush=True); signal.pause()")
        self.start(self.target, "ready", sys.executable, "-c", code, str(port))

    def scan(self, *options):
        """nmap's packet lines."""
        text = run("ip", "netns", "exec", self.scanner, "nmap", "-n", "--packet-trace", *options)
        return [line for line in text.split("\n") if re.match(r"(SENT|RCVD) \(", line)]


def without_time(line):
    return re.sub(r"\([\d.]+s\)", "", line, count=1)


def as_sent(line):
    """False where nmap drew 0 as IP id, one time in 65536: the kernel puts in another (ip(7))."""
    return not (line.startswith("SENT") and " id=0 " in line)


def missing(net, lines):
    """nmap's lines that are not among ours; waits for the capture to hold what nmap saw."""
    lines = [line for line in lines if as_sent(line)]
    deadline = time.monotonic() + WAIT
    while True:
        ours = collections.Counter(map(without_time,
                                       run(TRACE_FILE, net.pcap, net.mac).split("\n")))
        left = collections.Counter(map(without_time, lines)) - ours
        if not left or time.monotonic() > deadline:
            return sorted(left.elements())
        time.sleep(0.02)  # only the pace of asking


def assert_equal_lines(net, lines, at_least):
    assert len(lines) >= at_least
    assert missing(net, lines) == []


@pytest.fixture
def net(tmp_path):
    with Net(tmp_path) as built:
        yield built


def test_the_oracle_is_nmap_7_93():
    assert "Nmap version 7.93 " in run("nmap", "--version")


REJECTS = ["net-unreachable", "host-unreachable", "prot-unreachable", "port-unreachable",
           "net-prohibited", "host-prohibited", "admin-prohibited"]


def test_syn_scan_open_closed_silent_and_rejected(net):
    net.listen(22)
    net.nft("tcp dport 25 drop", *(f"tcp dport {3000 + i} reject with icmp type {kind}"
                                   for i, kind in enumerate(REJECTS)))
    lines = net.scan("-p", "22,23,25,3000-3006", "--max-retries", "1", "192.0.2.20")
    assert_equal_lines(net, lines, 22)
    text = "\n".join(lines)
    assert "ARP who-has" in text and "ARP reply" in text
    assert "<mss 1460>" in text and " SA ttl=64" in text and " RA ttl=64" in text
    for words in ("Network 192.0.2.20 unreachable", "Host 192.0.2.20 unreachable",
                  "Protocol 6 unreachable", "Port 3003 unreachable",
                  "Destination network 192.0.2.20 administratively prohibited",
                  "Destination host 192.0.2.20 administratively prohibited",
                  "Communication administratively prohibited by filtering"):
        assert words in text


def test_every_ping_type(net):
    lines = net.scan("-sn", "--send-ip", "-PE", "-PP", "-PM", "-PS80", "-PA443", "-PU53", "-PY22",
                     "-PO1,2,4,47", "192.0.2.20")
    assert_equal_lines(net, lines, 9)


@pytest.mark.parametrize("options", [
    ("--scanflags", "URGACKPSHRSTSYNFINECECWR"), ("--scanflags", "0"), ("-sX",), ("-sN",),
    ("-sA",), ("-sY",), ("--ip-options", "R"), ("--ip-options", "T"),
    ("--ip-options", "U"), ("--ip-options", "L 192.0.2.20"), ("--data-length", "9"),
    ("--ttl", "3", "--badsum"), ("-sU",)], ids=" ".join)
def test_odd_probes(net, options):
    """Not -f: nmap prints the packet as it was before it was cut into fragments."""
    lines = net.scan("-Pn", "-p", "22,23", "--max-retries", "0", *options, "192.0.2.20")
    assert_equal_lines(net, lines, 4)


def test_protocol_scan_names_every_protocol(net):
    lines = net.scan("-Pn", "-sO", "-p", "0-255", "--max-retries", "0", "--min-rate", "1000",
                     "192.0.2.20")
    assert_equal_lines(net, lines, 250)


def is_nd_in_port_scan(line):
    """In a port scan nmap shows neighbour discovery that passes by as bare ICMPv6; we name it."""
    return re.match(r"RCVD .*ICMPv6 \(58\) .*\(type=13[56]/", line)


def test_ipv6_scan(net):
    net.wait_for_ipv6()
    net.listen(22)
    kinds = ("no-route", "admin-prohibited", "addr-unreachable", "port-unreachable",
             "policy-fail", "reject-route")
    net.nft(*(f"tcp dport {3000 + i} reject with icmpv6 type {kind}"
              for i, kind in enumerate(kinds)))
    lines = net.scan("-6", "-p", "22,23,3000-3005", "--max-retries", "1", "2001:db8::20")
    lines = [line for line in lines if not is_nd_in_port_scan(line)]
    assert_equal_lines(net, lines, 18)
    assert any("neighbor advertisement 2001:db8::20 > 2001:db8::10 2001:db8::20 is at" in line
               for line in lines)


def test_ipv6_protocol_scan(net):
    net.wait_for_ipv6()
    lines = net.scan("-6", "-Pn", "-sO", "-p", "0,1,6,17,41,44,47,51,58,59,60,132,200",
                     "--max-retries", "0", "2001:db8::20")
    lines = [line for line in lines if not is_nd_in_port_scan(line)]
    assert_equal_lines(net, lines, 13)


@pytest.mark.parametrize("case, options, at_least", [
    ("tcp", ("-p", "9,10"), 24),
    ("ip_options", ("-p", "9,10"), 70),
    ("icmp", ("-p", "9,10"), 130),
    ("others", ("-sO", "-p", "1,7"), 30),
    ("ipv6", ("-6", "-p", "9,10"), 50)], ids=["tcp", "ip_options", "icmp", "others", "ipv6"])
def test_built_answers(net, case, options, at_least):
    if "-6" in options:
        net.wait_for_ipv6()
    net.ghost(case)
    host = "2001:db8::77" if "-6" in options else "192.0.2.77"
    lines = net.scan("-Pn", "--max-retries", "0", *options, host)
    lines = [line for line in lines if not is_nd_in_port_scan(line)]
    assert_equal_lines(net, lines, at_least)
