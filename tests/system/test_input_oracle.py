# SPDX-License-Identifier: Apache-2.0
"""Targets and ports mean to us what they mean to nmap 7.93.

nmap -sL -n lists targets without sending a packet; without targets, nmap -v -oG - only prints the
ports it would scan. build/tests/scan/input-tool (or $INPUT_TOOL) prints our reading.
"""
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

TOOL = os.environ.get("INPUT_TOOL", "build/tests/scan/input-tool")


def run(*args, text=""):
    done = subprocess.run(args, input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{args}: {done.stderr or done.stdout}"
    return done.stdout


def ours(*args, text=""):
    return run(TOOL, *args, text=text)


def nmap(*args, text=""):
    return run("nmap", *args, text=text)


def test_the_oracle_is_nmap_7_93():
    assert "Nmap version 7.93 " in nmap("--version")


def nmap_targets(*args, text=""):
    return re.findall(r"^Host: (\S+)", nmap("-sL", "-n", "-oG", "-", *args, text=text), re.M)


@pytest.mark.parametrize("spec", [
    "192.0.2.1", "192.0.2.77/24", "192.0.2.77/31", "192.0.2.77/32", "192.0.2.0/23", "192.0.2.1/030",
    "10.0.0.1-5", "10.0.0.-", "10.0.0.*", "10.0.0.-3", "10.0.0.250-", "10.0.0.5,1,3-4",
    "10.0.0.-,5", "10.0.0.1,1,1", "10.0.0.3-5,4-9", "10.0.0,1.1-5", "10.0.1,0.1-2",
    "10.0.0-1.0/30", "10.0.0.1,129/25", "10.0.0.1,7,100/29", "10.1-2,9.3.4-5", "10.*.0.1",
    "010.0.0.001", "10.0.0.0001", "1,2,3-4.0.0.1", "223.255.255.250-", "127.0.0.1",
])
def test_ipv4_targets(spec):
    assert ours("targets", "4", spec).split() == nmap_targets(spec)


@pytest.mark.parametrize("spec", [
    "2001:db8::1", "2001:db8::5/126", "2001:db8::ffff/120", "2001:db8::/128", "::1", "::1/128",
    "2001:DB8:0:0:0:0:0:1", "64:ff9b::192.0.2.1", "fe80::1%lo", "fe80::%lo/127",
])
def test_ipv6_targets(spec):
    assert ours("targets", "6", spec).split() == nmap_targets("-6", spec)


@pytest.mark.parametrize("spec", [
    "10.0.0.256", "10.0.0.5-1", "1.2.3.4.5", "10.0.0.1,", "10.0.0.,1", "10.0.0.*,5", "10.0.0.5,*",
    "10.0.0.1--5", "10.0.0.--", "10.0.0.1,,2", "10.0.0.1-3-5", "10.0.0.1-1000", "10.0.0.1/",
    "10.0.0.1/-1", "10.0.0.1/255.255.255.252", "1.2.3.4/32/32",
])
def test_both_refuse(spec):
    assert nmap_targets(spec) == []
    done = subprocess.run([TOOL, "targets", "4", spec], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize("text", [
    "192.0.2.1\n192.0.2.2\n", "192.0.2.1 192.0.2.2\t192.0.2.3\r\n192.0.2.4", "# none\n",
    "192.0.2.1 # one\n#192.0.2.2\n192.0.2.3#three\n192.0.2.4", "\n\n192.0.2.0/30\n192.0.2.1,3\n\n",
    "192.0.2.1\0" "192.0.2.2\0" "192.0.2.3", "# a # b\r192.0.2.1\n192.0.2.2",
])
def test_target_lists(text):
    assert ours("read", "4", text=text).split() == nmap_targets("-iL", "-", text=text)


def nmap_ports(*args):
    line = re.search(r"^# Ports scanned: TCP\(\d+;(\S*)\) UDP\(\d+;(\S*)\)",
                     nmap("-v", "-oG", "-", *args), re.M)
    return " ".join(f"{letter}:{ports}" for letter, ports in zip("TU", line.groups()) if ports)


@pytest.mark.parametrize("spec", [
    "22", "0", "00080", "-", "0-", "0-5", "-5", "65530-", "22,22", "22,", "22, 80", "20-25,23-30,1",
    "T:80,81", "ssh", "https", "domain,T:ssh", "T:80,U:53,54", "80,U:53", "[80],[443]", "T:[80],81",
    "[T:22,U:53],161", "80,[U:53,161],81", "[ 80 ]", "[0-3]", "[80,443]",
])
def test_port_specifications(spec):
    assert ours("ports", "TU", spec).strip() == nmap_ports("-sS", "-sU", "-p", spec)


@pytest.mark.parametrize("spec", [
    "", ",22", "22,,80", "65536", "90-80", "1-2-3", "--5", "80-http", "HTTP", "22 80", "22;80",
    "t:80", "[80,[81]]", "80]", "T:",
])
def test_both_refuse_ports(spec):
    for args in (["nmap", "-v", "-oG", "-", "-sS", "-p", spec], [TOOL, "ports", "T", spec]):
        assert subprocess.run(args, capture_output=True, stdin=subprocess.DEVNULL).returncode, args


@pytest.mark.parametrize("letter, scan", [("T", "-sS"), ("U", "-sU")])
def test_every_top_ports(letter, scan):
    mine = ours("top", letter, "all").splitlines()
    assert len(mine) == 1000
    with ThreadPoolExecutor(4) as pool:
        theirs = list(pool.map(lambda n: nmap_ports(scan, "--top-ports", str(n)), range(1, 1001)))
    assert mine == theirs


@pytest.mark.parametrize("spec, count", [("1-100", 5), ("1-30", 5), ("8000-9000", 40), ("80", 3)])
def test_top_ports_of_a_list(spec, count):
    assert ours("top", "T", str(count), spec).strip() == nmap_ports(
        "-sS", "-p", spec, "--top-ports", str(count))


def test_defaults():
    assert ours("top", "T", "1000").strip() == nmap_ports("-sS")
    assert ours("top", "T", "100").strip() == nmap_ports("-sS", "-F")
