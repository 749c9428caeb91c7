# SPDX-License-Identifier: Apache-2.0
"""What sonde does with few rights or none: the connect scan without CAP_NET_RAW, the full scan with
only that, and in a user namespace.

Needs root, nmap, tcpdump, dnsmasq, nftables, setpriv, unshare and the build (SONDE_BUILD or build/).
"""

import collections
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import pytest

REPO = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(REPO, "lab"))

import lab  # noqa: E402
import support  # noqa: E402

BUILD = os.environ.get("SONDE_BUILD") or os.path.join(REPO, "build")
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all",
          "--ambient-caps=-all", "--bounding-set=-all"]
USER = 1000
NOTICE = "without CAP_NET_RAW this is a connect scan"
ALL_ROWS = "-v99"  # so verbose that no state is folded, and reasons are shown
ROW = re.compile(r"^(\d+)/tcp +(\S+) +(\S+) +(\S+)$", re.M)
CONN = re.compile(r"^CONN \(\d+\.\d{4}s\) TCP localhost > (\S+):(\d+) => (.+)$")
DEADLINE_S = 20


@pytest.fixture
def place():
    """A directory anybody may use, with a copy of the program that anybody may run."""
    path = tempfile.mkdtemp(prefix="sonde-test-", dir="/tmp")
    os.chmod(path, 0o777)
    shutil.copy(os.path.join(BUILD, "src", "sonde"), path)
    yield path
    shutil.rmtree(path)


def environment(place):
    """Where the last scan is kept: in the place; leaks are not looked for under ptrace-less uids."""
    return {**os.environ, "XDG_STATE_HOME": os.path.join(place, "state")}


def scan(net, place, *words, before=NOBODY, as_user="root", **kwargs):
    """Runs `sonde scan WORDS`; by default as nobody without any capability."""
    return net.run([*before, os.path.join(place, "sonde"), "scan", *words], capture=True,
                   as_user=as_user, env=environment(place), **kwargs)


def rows(done):
    """{port: (state, reason)} of a report with one host."""
    return {int(port): (state, reason) for port, state, _, reason in ROW.findall(done.stdout)}


def expected(truth, address, port):
    """The truth in the words of a connect scan: a reset is ECONNREFUSED there."""
    state, reasons = truth.port(address, port)
    return state, {"conn-refused" if r == "reset" else r for r in reasons}


def check_rows(net, address, found, special=()):
    """Every row is true. SPECIAL: ports whose truth the kernel folds into another errno."""
    wrong = []
    for port, (state, reason) in found.items():
        want, reasons = dict(special).get(port) or expected(net.truth, address, port)
        if state != want or reason not in reasons:
            wrong.append(f"{port} is {want} {reasons}, but {state} ({reason}) was reported")
    assert not wrong, wrong


def check_notice(done):
    """One line on standard error, with the way out."""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert NOTICE in lines[0] and "setcap cap_net_raw=ep /tmp/sonde-test-" in lines[0]


@pytest.mark.parametrize("scenario", ["scanme-2007", "scanme-2007-v6", "local-closed",
                                      "local-closed-v6", "loss", "queue", "limits"])
def test_connect_scan_tells_the_truth(scenario, place):
    with lab.Scenario.load(scenario).up() as net:
        done = scan(net, place, ALL_ROWS, *net.options, *net.targets)
        address = net.truth.addresses()[0]
        host = net.truth.host(address)
        found = rows(done)
        assert done.returncode == 0, done.stderr
        check_notice(done)
        assert len(found) == 1000
        check_rows(net, address, found)
        open_ports = {p for p, (state, _) in found.items() if state == "open"}
        assert open_ports == {p for ports, state, _ in host.tcp if state == "open" for p in ports}
        assert f"sonde scan report for {host.names[0]} ({address})" in done.stdout
        if host.others:
            others = " ".join(map(str, host.others))
            assert f"Other addresses for {host.names[0]} (not scanned): {others}" in done.stdout
        assert "ttl" not in done.stdout
        assert "MAC Address" not in done.stdout
        latency = float(re.search(r"Host is up, .* \((\S+)s latency\)", done.stdout)[1])
        assert latency >= host.rtt_ms / 1000
        assert not os.path.exists(os.path.join(place, "state"))


@pytest.mark.parametrize("target, options, filtered", [
    ("127.0.0.1", [], "host-unreach"), ("::1", ["-6"], "admin-prohibited")])
def test_connect_scan_of_loopback(target, options, filtered, place):
    special = {82: ("closed", {"conn-refused"}),  # the kernel says ECONNREFUSED for port-unreach
               83: ("filtered", {filtered})}      # and EHOSTUNREACH, in IPv6 EACCES, for this
    with lab.Scenario.load("loopback").up() as net:
        done = scan(net, place, ALL_ROWS, "-p", "1-1000", *options, target)
        assert done.returncode == 0, done.stderr
        assert len(rows(done)) == 1000
        check_rows(net, target, rows(done), special.items())
        assert "received localhost-response" in done.stdout


@pytest.mark.parametrize("scenario, ports", [("local-closed", ["--top-ports", "1000"]),
                                             ("scanme-2007", ["-F"])])
def test_twenty_descriptors_are_enough(scenario, ports, place):
    limited = ["sh", "-c", 'ulimit -n 20; exec "$@"', "limited", *NOBODY]
    with lab.Scenario.load(scenario).up() as net:
        done = scan(net, place, ALL_ROWS, *ports, *net.targets, before=limited)
        assert done.returncode == 0, done.stderr
        check_notice(done)
        assert len(rows(done)) == (100 if "-F" in ports else 1000)
        check_rows(net, net.truth.addresses()[0], rows(done))


def test_discovery_alone(place):
    """-sn by connections: who is up, and no port; it once divided by the number of ports."""
    with lab.Scenario.load("local-closed").up() as net:
        done = scan(net, place, "-sn", "-n", "192.0.2.20/31")
    assert done.returncode == 0, done.stderr
    check_notice(done)
    assert re.findall(r"scan report for (\S+)", done.stdout) == ["192.0.2.20"]
    assert "2 IP addresses (1 host up)" in done.stdout and "PORT" not in done.stdout


def test_refused_options_send_nothing(place):
    path = os.path.join(place, "wanted.pcapng")
    seen = os.path.join(place, "seen.pcap")
    with lab.Scenario.load("local-closed").up() as net:
        with net.tcpdump(seen):
            for words in (["-w", path], ["-e", "eth0"]):
                done = scan(net, place, *words, *net.targets)
                assert done.returncode == 2
                assert done.stdout == ""
                assert re.fullmatch(rf"sonde: {words[0]} .*CAP_NET_RAW.*\n", done.stderr)
    assert not os.path.exists(path)
    assert os.path.getsize(seen) == 24  # the header alone


def test_last_capture_stays_untouched(place):
    last = os.path.join(place, "state", "sonde", "last.pcapng")
    os.makedirs(os.path.dirname(last))
    with open(last, "wb") as out:
        out.write(b"of the scan before")
    with lab.Scenario.load("loopback").up() as net:
        done = scan(net, place, "-p", "22", "127.0.0.1")
    assert "sonde explain still tells of the full scan before" in done.stderr
    check_notice(done)
    with open(last, "rb") as text:
        assert text.read() == b"of the scan before"


def test_targets_lists_and_silent_addresses(place):
    names = os.path.join(place, "targets")
    with open(names, "w", encoding="ascii") as out:
        out.write("192.0.2.16/29 # eight addresses\n")
    with lab.Scenario.load("local-closed").up() as net:
        done = scan(net, place, "-r", "-p", "22-24", "-iL", names, "--exclude", "192.0.2.23")
        assert done.returncode == 0, done.stderr
        assert "sonde scan report for local.lab (192.0.2.20)" in done.stdout  # by reverse DNS
        assert "7 IP addresses (1 host up)" in done.stdout
        done = scan(net, place, "-n", "-p", "22-24", "192.0.2.20")
        assert "sonde scan report for 192.0.2.20\n" in done.stdout
        done = scan(net, place, "-p", "22", "192.0.2.21")
        assert "0 hosts up" in done.stdout and "try -Pn" in done.stdout
        done = scan(net, place, "-Pn", "-p", "22", "--reason", "192.0.2.21")
        assert "Host is up, received user-set." in done.stdout
        # the kernel may still be asking for its address since the scan before, and give up in this one
        assert re.search(r"^22/tcp +filtered +ssh +(no-response|host-unreach)$", done.stdout, re.M)


def syns(path):
    """[(time, source port, destination port)] of the SYNs in a capture."""
    out = subprocess.run(["tcpdump", "-nn", "-tt", "-r", path, "tcp[tcpflags] == tcp-syn"],
                         capture_output=True, text=True, check=True).stdout
    return [(float(t), int(s), int(d)) for t, s, d in
            re.findall(r"^(\S+) IP \S+\.(\d+) > \S+\.(\d+): Flags \[S\]", out, re.M)]


def test_rate_is_obeyed_and_the_kernel_repeats_nothing(place):
    seen = os.path.join(place, "seen.pcap")
    with lab.Scenario.load("silent").up() as net:
        done = scan(net, place, "-Pn", "-n", "-p", "1-100", "--max-rate", "50", *net.targets,
                    tcpdump=seen)
        assert done.returncode == 0, done.stderr
    sent = syns(seen)
    assert collections.Counter(port for _, _, port in sent) == {p: 2 for p in range(1, 101)}
    assert len({(source, port) for _, source, port in sent}) == 200
    times = [t for t, _, _ in sent]
    for first, later in zip(times, times[50:]):
        assert later - first > 0.9, "more than 50 connections within a second"


def test_max_retries_zero_means_one_try(place):
    seen = os.path.join(place, "seen.pcap")
    with lab.Scenario.load("silent").up() as net:
        scan(net, place, "-Pn", "-n", "-p", "1-50", "--max-retries", "0", *net.targets,
             tcpdump=seen)
    assert len(syns(seen)) == 50


def conn_lines(text):
    """The CONN lines without their times, sorted; times must not run back."""
    lines = [line for line in text.splitlines() if line.startswith("CONN")]
    assert all(CONN.match(line) for line in lines), lines
    times = [float(line[6:].split("s", 1)[0]) for line in lines]
    assert times == sorted(times)
    return sorted({re.sub(r"\(.*?\)", "()", line) for line in lines})


def test_packet_trace_has_nmaps_lines(place):
    with lab.Scenario.load("local-closed").up() as net:
        ours = scan(net, place, "--packet-trace", "-n", "-p", "22,23", *net.targets)
        theirs = net.run(["nmap", "-n", "-sT", "-p", "22,23", "--packet-trace", *net.targets],
                         capture=True, as_user="user")
        by_port = [line for line in conn_lines(ours.stdout) if re.search(r":2[23] ", line)]
        assert by_port == [line for line in conn_lines(theirs.stdout)
                           if re.search(r":2[23] ", line)]
        assert len(by_port) == 4


def await_line(process, wanted):
    """Reads standard output until a line has WANTED; returns all that was read."""
    deadline = time.monotonic() + DEADLINE_S
    text = b""
    while wanted not in text or not text.endswith(b"\n"):
        left = deadline - time.monotonic()
        assert left > 0 and select.select([process.stdout], [], [], left)[0], text
        piece = os.read(process.stdout.fileno(), 65536)
        assert piece, (text, process.stderr.read())
        text += piece
    return text.decode()


def start(net, place, *words, before=(), as_user="root"):
    """Starts `sonde scan WORDS` with pipes."""
    return net.popen([*before, os.path.join(place, "sonde"), "scan", *words], as_user=as_user,
                     env=environment(place), stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def interrupt(process):
    """Ctrl-C; the exit status, and the rest of what it said before the deadline."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=DEADLINE_S)
    return process.returncode, out.decode(), err.decode()


def test_ctrl_c_prints_what_is_known(place):
    with lab.Scenario.load("scanme-2007").up() as net:
        with start(net, place, "--packet-trace", "-r", "-p", "20-65000", "--max-rate", "100",
                   *net.targets, before=NOBODY) as process:
            await_line(process, b":25 => Connection refused")
            status, out, err = interrupt(process)
    assert status == 3
    assert len(err.splitlines()) == 1 and NOTICE in err
    assert re.search(r"^22/tcp +open +ssh$", out, re.M)
    assert re.search(r"^25/tcp +closed +smtp$", out, re.M)
    assert "Stopped early" in out and "Not probed, because the scan ended early: 6" in out
    assert "CONN" not in out[out.index("sonde scan report"):]


def status_of(pid):
    """/proc/PID/status as a dict."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as text:
        return dict(line.rstrip("\n").split(":\t", 1) for line in text if ":\t" in line)


def check_no_rights(pid):
    """A scan that runs has no capability and can never get one."""
    status = status_of(pid)
    assert status["Name"] == "sonde"
    for which in ("CapEff", "CapPrm", "CapAmb", "CapInh"):
        assert int(status[which], 16) == 0, status
    assert status["NoNewPrivs"] == "1"


@pytest.mark.parametrize("as_user", ["nobody", "net-raw", "userns", "root"])
def test_no_right_is_left_during_the_scan(as_user, place):
    with lab.Scenario.load("silent").up(userns=as_user == "userns") as net:
        before, who = (NOBODY, "root") if as_user == "nobody" else ([], as_user)
        with start(net, place, "-Pn", "-p-", "--max-rate", "200", *net.targets, before=before,
                   as_user=who) as process:
            await_line(process, b"Starting sonde")
            check_no_rights(process.pid)
            status, out, err = interrupt(process)
    assert status == 3, err
    assert (NOTICE in err) == (as_user == "nobody")


def count_frames(path):
    """How many frames a capture holds."""
    out = subprocess.run(["tcpdump", "-nn", "-r", path], capture_output=True, text=True, check=True)
    return len(out.stdout.splitlines())


@pytest.mark.parametrize("as_user", ["net-raw", "userns"])
def test_full_scan_with_little(as_user, place):
    with lab.Scenario.load("scanme-2007").up(userns=as_user == "userns") as net:
        done = scan(net, place, ALL_ROWS, *net.targets, before=[], as_user=as_user)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        found = rows_with_ttl(done)
        assert len(found) == 1000
        assert not net.truth.check(net.truth.addresses()[0], found)
        assert re.search(r"^25/tcp +closed +smtp +reset ttl \d+$", done.stdout, re.M)
    last = os.path.join(place, "state", "sonde", "last.pcapng")
    assert os.stat(last).st_mode & 0o777 == 0o600
    assert os.stat(last).st_uid == USER
    assert count_frames(last) > 1994  # 994 silent ports twice, 6 with their answers


def rows_with_ttl(done):
    """As rows(), of a report whose reasons may have a TTL."""
    pattern = re.compile(r"^(\d+)/tcp +(\S+) +\S+ +(\S+)(?: ttl \d+)?$", re.M)
    return {int(port): (state, reason) for port, state, reason in pattern.findall(done.stdout)}


def test_inside_unshare_of_an_ordinary_user(place):
    script = 'ip link set lo up && exec "$0" scan --reason -p 1-9 127.0.0.1'
    done = subprocess.run(
        ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "unshare", "-Urn", "sh",
         "-c", script, os.path.join(place, "sonde")],
        env=environment(place), capture_output=True, text=True, timeout=60, cwd="/")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert set(rows_with_ttl(done).values()) == {("closed", "reset")}
    assert count_frames(os.path.join(place, "state", "sonde", "last.pcapng")) >= 18


# Behind a router: of 1,024 addresses 128 answer every port, 128 one of them, nobody else is there.
ROUTED = support.crowd_behind_a_router(
    "1,024 addresses behind a router, a quarter of them alive", "10.9.4.0/22", "link delay=10ms", """    host 10.9.5.0 to 10.9.5.127
    tcp 22,80 open
    tcp rest closed
    host 10.9.6.0 to 10.9.6.127
    tcp 443 open
    tcp rest drop
""", """truth 10.9.5.0 to 10.9.5.127
    up syn-ack conn-refused
    tcp 22,80 open syn-ack
    tcp rest closed reset
truth 10.9.6.0 to 10.9.6.127
    up syn-ack
    tcp 443 open syn-ack
    tcp rest filtered no-response
""")


@pytest.mark.parametrize("descriptors", ["", "ulimit -n 20;"], ids=["many", "few"])
def test_a_thousand_hosts_at_once(descriptors, place):
    """Every verdict of a /22 is true, whether thousands of sockets are open at once or a dozen."""
    before = ["sh", "-c", f'{descriptors} exec "$@"', "-", *NOBODY]
    ports = [22, 443] if descriptors else [21, 22, 23, 80, 443]
    targets = ["10.9.5.96/27", "10.9.6.96/27"] if descriptors else ["10.9.4.0/22"]
    path = os.path.join(place, "routed.scn")
    with open(path, "w", encoding="ascii") as out:
        out.write(ROUTED)
    with lab.Scenario.load(path).up() as net:
        done = scan(net, place, ALL_ROWS, "-n", "-p",
                    ",".join(map(str, ports)), *targets, before=before)
        assert done.returncode == 0, done.stderr
        hosts = {}
        for block in done.stdout.split("sonde scan report for ")[1:]:
            if "[host down" not in block.partition("\n")[0]:
                hosts[block.partition("\n")[0]] = block
        alive = [a for a in net.truth.addresses() if not descriptors or int(a.rpartition(".")[2]) >= 96]
        assert sorted(hosts) == sorted(alive)
        for address, block in hosts.items():
            found = {int(p): (state, why) for p, state, _, why in ROW.findall(block)}
            assert set(found) == set(ports)
            check_rows(net, address, found)


def test_timing_options_hold_for_connections(place):
    """--scan-delay keeps connections apart, --host-timeout ends a host and keeps what was found."""
    seen = os.path.join(place, "seen.pcap")
    with lab.Scenario.load("local-closed").up() as net:
        done = scan(net, place, "-sT", "-Pn", "-n", "-p", "22,23,24", "--scan-delay", "150ms",
                    *net.targets, tcpdump=seen)
        assert done.returncode == 0, done.stderr
        times = [t for t, _, _ in syns(seen)]
        assert len(times) == 3
        assert all(later - first > 0.14 for first, later in zip(times, times[1:]))
        done = scan(net, place, "-sT", "-Pn", "-n", "-r", "-p", "20-400", "--max-rate", "100",
                    "--host-timeout", "500ms", *net.targets)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^Skipping host \S+ \(192.0.2.20\) due to host timeout; what is above",
                     done.stdout, re.M)
    assert re.search(r"^22/tcp +open +ssh", done.stdout, re.M)
    assert re.search(r"^Not probed, because its time was over: 3\d\d ports$", done.stdout, re.M)
