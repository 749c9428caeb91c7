# SPDX-License-Identifier: Apache-2.0
"""`sonde explain --json`: one valid document, each member as docs/EXPLAIN.md has it."""

import functools
import json
import os
import re
import subprocess

import pytest

import explain_sample
import oracle
import support

DOCUMENT = os.path.join(support.REPO, "docs", "EXPLAIN.md")
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict,
         "array": list, "null": type(None)}
BYTES_MAX = 2_000_000  # of a file taken for the test


@functools.cache
def schema():
    """{path: (type words)} of the documented members; what is said to be as another is so."""
    with open(DOCUMENT, encoding="utf-8") as text:
        table = re.search(r"<!-- schema begins -->(.*?)<!-- schema ends -->", text.read(), re.S)[1]
    rows = dict(re.findall(r"^\| `(.+?)` \| (.+?) \|", table, re.M))
    for path, words in list(rows.items()):
        if alike := re.fullmatch(r"as `(.+)\[\]`", words):
            del rows[path]
            rows |= {path + other[len(alike[1]) + 2:]: kind for other, kind in rows.items()
                     if other.startswith(alike[1] + "[].")}
    return {path: tuple(words.split(" or ")) for path, words in rows.items()}


def walk(value, path=""):
    """(path, value) of each member below; objects in arrays go without a row of their own."""
    if isinstance(value, dict):
        for name, member in value.items():
            below = f"{path}.{name}" if path else name
            yield below, member
            yield from walk(member, below)
    elif isinstance(value, list):
        for member in value:
            if not isinstance(member, (dict, list)):
                yield f"{path}[]", member
            yield from walk(member, f"{path}[]")


def wrong(document):
    """Sentences about members that are not as documented."""
    known, seen = schema(), set()
    for path, value in walk(document):
        seen.add(path)
        if path not in known:
            yield f"{path} is not documented"
        elif not any(isinstance(value, TYPES[word]) and
                     (word == "boolean") == isinstance(value, bool) for word in known[path]):
            yield f"{path} is {value!r}, not {' or '.join(known[path])}"
    for path in known:
        above = path[:-2] if path.endswith("[]") else path.rpartition(".")[0]
        filled = not above or any(other.startswith(above + ("." if not path.endswith("[]") else "["))
                                  for other in seen)
        if filled and path not in seen:
            yield f"{path} is missing"


def explain(directory, *args, statuses=(0,)):
    """The document that is printed, strictly read, and the bytes it was read from."""
    done = subprocess.run([support.SONDE, "explain", *args, "--json"], cwd=directory, timeout=60,
                          capture_output=True, check=False)
    assert done.returncode in statuses, done.stderr

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    return json.loads(done.stdout.decode("utf-8"), parse_constant=refuse), done.stdout


@pytest.fixture(scope="module", name="sample")
def made_sample(tmp_path_factory):
    directory = tmp_path_factory.mktemp("sample")
    explain_sample.write(directory)
    return directory


def test_every_member_is_documented_and_every_documented_member_is_there(sample):
    document, _ = explain(sample, "scan.pcapng", "--compare", "nmap.xml", statuses=(1,))
    assert document["schema"] == "sonde-explain/1"
    assert not list(wrong(document))
    seen = {path for path, _ in walk(document)}
    rare = {path for path in schema() if re.match(
        r"scanners\[\]\.loss\.|beside\[\]|hosts\[\]\.grounds\[\]", path)}
    assert set(schema()) - seen <= rare  # these come with other captures: see below


def test_the_document_says_what_the_text_says(sample):
    document, _ = explain(sample, "scan.pcapng")
    host, down = document["hosts"]
    ports = {(port["port"], port["protocol"]): port for port in host["ports"]}
    assert document["comparison"] is None and document["capture"]["dropped"] == 0
    assert host["up"] and host["up_reason"] == "echo-reply" and host["name"] == "scanme.lab"
    assert not down["up"] and down["ports"] == []
    assert ports[80, "tcp"]["tries"] == 2 and ports[80, "tcp"]["probes"] == [11, 29]
    assert (ports[80, "tcp"]["answer"], ports[80, "tcp"]["answers"]) == (32, 29)
    assert ports[110, "tcp"]["from"] == explain_sample.FAR_ROUTER
    assert ports[8080, "tcp"]["contradicted"] and ports[443, "tcp"]["answer"] is None
    assert ports[22, "tcp"]["tries"] == 1 and ports[22, "tcp"]["probes"] == [6]
    for port in ports.values():
        rule = document["rules"][port["rule"]]
        assert (rule["state"], rule["reason"], rule["probe"]) == (port["state"], port["reason"],
                                                                  port["probe"])


@pytest.mark.parametrize("args, ports", [
    (["22"], {22}), (["53/udp"], {53}), (["--state", "filtered"], {110, 443, 9100}),
    ([explain_sample.HOST, "20-80"], {22, 23, 25, 53, 70, 80}), ([explain_sample.DOWN], set()),
])
def test_a_question_chooses_the_ports(sample, args, ports):
    document, _ = explain(sample, "scan.pcapng", *args, statuses=(0,))
    assert {port["port"] for host in document["hosts"] for port in host["ports"]} == ports
    assert not list(wrong(document)) and document["targets"] == 2


def test_names_of_strangers_stay_within_their_strings(sample, tmp_path):
    """Names and file names with quotes, controls, and bytes that are no UTF-8."""
    evil = b'a"\\\n\x1b[31m\xff\xc3\xe2\x80\xae</script>'
    path = os.fsencode(tmp_path) + b"/evil\xff\"\n.pcapng"
    with open(path, "wb") as out:
        out.write(explain_sample.sample(evil))
    document, raw = explain(tmp_path, path)
    assert document["hosts"][0]["name"] not in (None, "scanme.lab")
    assert b"\x1b" not in raw and b"\xe2\x80\xae" not in raw
    assert not list(wrong(document))


def test_whatever_the_file_the_document_is_valid():
    """Small files of other people, hostile ones among them."""
    folder = oracle.shared()
    if not folder:
        pytest.skip("there are no captures beside the checkout")
    explained = 0
    for path in sorted((folder / "captures" / "tcpdump").rglob("*"))[::6]:
        if not path.is_file() or path.stat().st_size > BYTES_MAX:
            continue
        done = subprocess.run([support.SONDE, "explain", path, "--json"], capture_output=True,
                              timeout=60, check=False)
        assert done.returncode in (0, 1, 2), path
        if not done.stdout:
            assert done.returncode and done.stderr.count(b"\n") >= 1, path
            continue
        document = json.loads(done.stdout.decode("utf-8"))
        assert not list(wrong(document)), path
        explained += 1
    assert explained > 20


def test_json_and_a_ladder_do_not_go_together(sample):
    done = support.tool(support.SONDE, "explain", f"{sample}/scan.pcapng", "--json", "--ladder", "22")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("sonde: a ladder is drawn") and done.stderr.count("\n") == 1
