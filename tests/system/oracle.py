# SPDX-License-Identifier: Apache-2.0
"""Compares what `sonde read` says of captures with what tshark says, value by value.

What is compared. Every value of every field that both programs know, in every frame that either
gives it, of captures in tcpdump's test folder: a field that only one gives counts as differing,
so a protocol that we fail to recognise costs all its values. A field that occurs several times
counts each time. A protocol's own item has a line of text for a value; it counts as there or not.

What is left out, and why:
* In a frame where tshark meets a protocol that we do not have at all, the protocols behind it
  (nobody can reach them without it), Data, _ws.* and frame.protocols (we say Data where tshark
  reads on), and what lies behind the payload of an Ethernet frame (its length is told by a protocol
  that we do not have). What stands before it is compared.
* All but frame.* in frames of a link type that issue 3 shows as bytes (LINKS has the others).
* Frames in which tshark gives more than TREE_ITEMS values: our tree takes no more by design.
* Frames that only one of them finds, in damaged files; Score.uneven names these files.
* How often _ws.malformed comes: tshark counts the item and its remark. It is there or not.
* A single empty value: -T fields writes nothing for it, as for none.
* Fields that only tshark has: nothing of ours could be equal. They are counted by protocol as
  "unknown", so that the share tells how much of what tshark says has no field here.
* Files of link types that tshark refuses, and two series of 802.11 with radio headers, a file a
  code (SKIPPED): tshark finds nothing in them that we are to read.
"""
import collections
import concurrent.futures
import functools
import os
import pathlib
import subprocess

import tshark

ROOT = tshark.ROOT
SONDE = os.environ.get("SONDE", str(tshark.BUILD / "src/sonde"))
BETWEEN = "\x1f"  # values of one field
FIELD = "\x1e"  # fields of one frame
# 802.11 with its radio header, a file a code: no frame in them has a protocol of ours.
SKIPPED = ("reason_code-", "status_code-")
COLUMNS = ["_ws.col.Protocol", "_ws.col.Info"]
OWN = {"_ws"}  # a protocol of ours that only says who the parent of _ws.expert is
# Words of frame.protocols that are no protocols with a filter name.
STEPS = {"ethertype"}
LINKS = {"eth", "sll", "null", "raw", "ppp", "frame"}  # first words of frames that we read
# What the Protocol and Info columns are compared on in whole files.
CORE = {"eth", "ethertype", "vlan", "sll", "null", "raw", "arp", "ip", "ipv6", "ipv6.hopopts",
        "ipv6.routing", "ipv6.fraghdr", "ipv6.dstopts", "icmp", "icmpv6", "tcp", "udp", "dns",
        "mdns", "llmnr", "dhcp", "data"}
BEHIND = {"eth.padding", "eth.trailer", "eth.fcs", "eth.fcs.status", "eth.padding_bad"}
TREE_ITEMS = 8192  # src/wire/tree.h
WORKERS = 2
EXAMPLES = 200


def shared():
    """The folder of reference material, or None."""
    given = os.environ.get("SONDE_SHARED")
    for folder in [given] if given else [ROOT / "../shared", ROOT / "../../shared"]:
        if folder and pathlib.Path(folder).is_dir():
            return pathlib.Path(folder).resolve()
    return None


def captures():
    """tcpdump's test files that are compared, or none."""
    folder = shared()
    files = sorted((folder / "captures/tcpdump").glob("*.pcap*")) if folder else []
    return [f for f in files if not f.name.startswith(SKIPPED)]


@functools.cache
def our_fields():
    """name -> (type, protocol) of every field we declare."""
    out = subprocess.run([SONDE, "read", "--fields"], capture_output=True, text=True, check=True)
    rows = [line.split("\t") for line in out.stdout.splitlines()]
    return {row[0]: (row[1], row[2]) for row in rows}


@functools.cache
def known_protocols():
    return {protocol for _, protocol in our_fields().values()}


@functools.cache
def two_passes():
    """["-2"] once `sonde read` knows it: both then see the whole file first."""
    out = subprocess.run([SONDE, "read", "--help"], capture_output=True, text=True, check=True)
    return ["-2"] if "  -2" in out.stdout else []


@functools.cache
def asked():
    """Fields that tshark is asked for: all it has of our protocols."""
    ours = our_fields()
    names = [name for name, protocol in tshark.fields().items()
             if name in ours or protocol in known_protocols()]
    strange = set(ours) - set(names) - OWN
    assert not strange, f"tshark knows no {sorted(strange)}"
    return sorted(names)


def words(names):
    return [word for name in names for word in ("-e", name)]


@functools.cache
def their_tshark():
    """This process's tshark."""
    return tshark.Tshark(*two_passes(), "-T", "json", *words(["frame.number", *asked(), *COLUMNS]))


def theirs(file):
    """{frame number: {field: values}} by tshark."""
    return their_tshark().ask(file, make=tshark.frames_escaped)


def ours(file):
    """The same by us."""
    names = ["frame.number", *(our_fields().keys() - OWN), *COLUMNS]
    out = subprocess.run([SONDE, "read", *two_passes(), "-n", "-T", "fields",
                          "-E", "separator=" + FIELD, "-E", "aggregator=" + BETWEEN,
                          *words(names), str(file)],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
                         timeout=600, env=tshark.environment())
    frames = {}
    for line in out.stdout.decode("utf-8", "replace").split("\n"):
        values = line.split(FIELD)
        if len(values) == len(names):
            frames[values[0]] = {name: value.split(BETWEEN)
                                 for name, value in zip(names[1:], values[1:]) if value}
    return frames


def out_of_reach(chain):
    """Protocols that are not compared in a frame of this frame.protocols."""
    known = our_fields()
    steps = chain.split(":")
    first = next((i for i, word in enumerate(steps) if word not in known and word not in STEPS),
                 None)
    if steps[0] not in LINKS:
        return known_protocols() - {"frame"}
    if first is None:
        return set()
    return set(steps[first:]) | {"data", "_ws", "_ws.expert", "_ws.malformed", "_ws.short"}


Columns = collections.namedtuple("Columns", "file number chain ours theirs")


class Score:
    """Counts of equal and all values, by field; the columns of every frame."""

    def __init__(self):
        self.equal = collections.Counter()
        self.total = collections.Counter()
        self.unknown = collections.Counter()  # tshark's values of fields that we do not have
        self.examples = collections.defaultdict(list)
        self.left_out = 0  # frames with something out of reach
        self.too_large = 0
        self.frames = 0
        self.columns = []
        self.uneven = []  # files in which the two did not find the same frames

    def add(self, name, our, their, where):
        same = sum((collections.Counter(our) & collections.Counter(their)).values())
        count = max(len(our), len(their))
        self.equal[name] += same
        self.total[name] += count
        if same < count and len(self.examples[name]) < EXAMPLES:
            self.examples[name].append((where, our, their))

    def join(self, other):
        self.equal.update(other.equal)
        self.total.update(other.total)
        self.unknown.update(other.unknown)
        self.left_out += other.left_out
        self.too_large += other.too_large
        self.frames += other.frames
        self.uneven += other.uneven
        self.columns += other.columns
        for name, rows in other.examples.items():
            self.examples[name] += rows

    def share(self, names=None):
        names = self.total if names is None else names
        total = sum(self.total[n] for n in names)
        return 100.0 * sum(self.equal[n] for n in names) / total if total else 100.0

    def by_protocol(self):
        """protocol -> names of its fields that were met."""
        table = collections.defaultdict(list)
        for name in self.total:
            table[our_fields()[name][1]].append(name)
        return table

    def unknown_of(self, protocol):
        return sum(count for name, count in self.unknown.items()
                   if tshark.fields()[name] == protocol)


def compare_frame(score, where, mine, their):
    known = our_fields()
    away = out_of_reach(their.get("frame.protocols", [""])[0])
    score.frames += 1
    score.left_out += bool(away)
    for name in mine.keys() | their.keys():
        if name in COLUMNS or name == "frame.number" or (
                away and (name == "frame.protocols" or name in BEHIND)):
            continue
        if name not in known:
            if tshark.fields()[name] not in away:
                score.unknown[name] += len(their[name])
            continue
        if tshark.fields().get(name, known[name][1]) in away or known[name][1] in away:
            continue
        our, his = mine.get(name, []), their.get(name, [])
        if his == [""]:
            his = []
        if name == "_ws.malformed":
            our, his = our[:1], his[:1]
        if known[name][0] == "protocol":
            our, his = ["here"] * len(our), ["here"] * len(his)
        score.add(name, our, his, where)


def columns_of(file, number, *rows):
    shown = [tuple(row.get(name, [""])[0] for name in COLUMNS) for row in rows]
    return Columns(file.name, int(number), rows[1]["frame.protocols"][0], *shown)


def compare_file(file):
    """The score of one file."""
    score = Score()
    mine, their = ours(file), theirs(file)
    if mine.keys() != their.keys():
        score.uneven.append(file.name)
    for number in sorted(mine.keys() & their.keys(), key=int):
        score.columns.append(columns_of(file, number, mine[number], their[number]))
        if sum(len(values) for values in their[number].values()) > TREE_ITEMS:
            score.too_large += 1
        else:
            compare_frame(score, f"{file.name}:{number}", mine[number], their[number])
    return score


def over(files, task):
    """task(file) for each file, by several processes, each with a tshark; in the files' order."""
    # What all processes need is found out once, before they fork.
    their_tshark(), tshark.version()
    with concurrent.futures.ProcessPoolExecutor(WORKERS) as pool:
        return list(pool.map(task, files, chunksize=4))


def core_files(score):
    """Names of files with nothing but core protocols in them, by tshark's account."""
    away = {row.file for row in score.columns if not set(row.chain.split(":")) <= CORE}
    return {row.file for row in score.columns} - away


def compare(files):
    """The Score of these files, read by several processes."""
    score = Score()
    for part in over(files, compare_file):
        score.join(part)
    return score
