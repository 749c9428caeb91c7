# SPDX-License-Identifier: Apache-2.0
"""What `sonde read` says of captures is what tshark 4.0 says.

oracle.py tells what is compared and what is left out. Floors by protocol stand in
oracle_floors.txt, with the reason for what is missing; docs/DIFFERENCES.md has the classes. Where
../shared is absent the tests say so and are skipped. Run script/oracle to see the values.
"""
import collections
import pathlib
import warnings

import pytest

import oracle
import support

HERE = pathlib.Path(__file__).resolve().parent
OVERALL = 99.6  # issue 3 asks for 99.5
SCAN_SHARE = 99.9  # of what the scans of the lab hold
FRAMES_MIN, VALUES_MIN, CORE_FRAMES_MIN = 9000, 500_000, 500

# Records of zeros, and fractions of a second beyond one: damage for us, frames for tshark; and
# link types for which tshark refuses the file.
UNEVEN = {
    "bgp_vpn_rt-oobr.pcap", "brcm-tag-prepend.pcap", "brcm-tag.pcap", "dsa-high-vid.pcap",
    "dsa.pcap", "edsa-high-vid.pcap", "edsa.pcap", "frf16_magic_ie-oobr.pcap",
    "hoobr_juniper3.pcap", "juniper_es_oobr.pcap", "juniper_monitor_invalid_cookie_length.pcap",
    "kday6.pcap", "vtp_asan-2.pcap", "vtp_asan-3.pcap", "vtp_asan.pcap",
}

pytestmark = pytest.mark.xdist_group("read-oracle")  # one process keeps the score


def read_floors():
    """{protocol: least share of equal values}; each line has a reason where it is not 100."""
    floors = {}
    for line in (HERE / "oracle_floors.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            protocol, floor, *reason = line.split(None, 2)
            assert reason or float(floor) == 100, f"{protocol} has no reason"
            floors[protocol] = float(floor)
    return floors


def read_exceptions():
    """{(file, frame): reason} of rows whose columns may differ."""
    rows = {}
    for line in (HERE / "oracle_columns.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, frames, reason = line.split(None, 2)
            for number in frames.split(","):
                first, _, last = number.partition("-")
                rows.update({(name, n): reason for n in range(int(first), int(last or first) + 1)})
    return rows


@pytest.fixture(scope="module")
def score():
    files = oracle.captures()
    if not files:
        text = ("WHAT `sonde read` SAYS WAS NOT COMPARED WITH TSHARK: ../shared/captures/tcpdump "
                "is absent (set SONDE_SHARED)")
        warnings.warn(text)
        pytest.skip(text)
    return oracle.compare(files)


def worst(score, names, count=10):
    """Sentences about the fields that cost most."""
    order = sorted(names, key=lambda name: score.equal[name] - score.total[name])[:count]
    return [f"{name}: {score.total[name] - score.equal[name]} of {score.total[name]} differ: "
            f"{score.examples[name][:2]}" for name in order if score.examples[name]]


def test_all_values(score):
    assert score.frames >= FRAMES_MIN and sum(score.total.values()) >= VALUES_MIN
    share = score.share()
    assert share >= OVERALL, "\n".join([f"only {share:.2f} % are equal",
                                        *worst(score, score.total, 30)])


def test_each_protocol(score):
    floors = read_floors()
    wrong = []
    for protocol, names in sorted(score.by_protocol().items()):
        share = score.share(names)
        if protocol not in floors:
            wrong.append(f"{protocol} is not in oracle_floors.txt; it has {share:.2f} %")
        elif share < floors[protocol]:
            wrong += [f"{protocol}: {share:.2f} % are equal, not {floors[protocol]} %",
                      *worst(score, names)]
    assert not wrong, "\n".join(wrong)


def test_same_frames(score):
    assert set(score.uneven) <= UNEVEN


def test_columns_of_core_files(score):
    core, may_differ = oracle.core_files(score), read_exceptions()
    rows = [row for row in score.columns if row.file in core]
    assert len(rows) >= CORE_FRAMES_MIN
    wrong = [row for row in rows
             if row.ours != row.theirs and (row.file, row.number) not in may_differ]
    assert not wrong, "\n".join(f"{row.file}:{row.number}\n  tshark: {row.theirs}\n"
                                f"  sonde:  {row.ours}" for row in wrong)


def test_every_exception_is_needed(score):
    """A row of oracle_columns.txt that no longer differs goes out of it."""
    differ = {(row.file, row.number) for row in score.columns if row.ours != row.theirs}
    stale = sorted(set(read_exceptions()) - differ)
    assert not stale, stale


def test_tshark_once_is_tshark():
    """The fork says what a tshark of its own says, of fields and of filters."""
    files = oracle.captures()[:200:40]
    if not files:
        pytest.skip("../shared is absent")
    names = ["frame.number", "frame.protocols", "_ws.col.Info"]
    for filter_text in ("", "ip or arp", "frame.number >"):
        of = collections.namedtuple("Answer", "status out")
        options = ["-T", "fields", *oracle.words(names)]
        once = oracle.tshark.Tshark(*options, filters=bool(filter_text))
        for file in files:
            alone = oracle.tshark.alone(*options, file=file, filter_text=filter_text)
            assert of(*once.run(file, filter_text)) == of(*alone), file
        once.close()


@pytest.mark.parametrize("scenario", ["reject-codes", "local-closed-v6"])
@pytest.mark.parametrize("scanner", ["sonde", "nmap"])
def test_columns_of_scans(scenario, scanner, keep):
    """The list of a scan made in the lab, frame by frame."""
    with support.lab.Scenario.load(scenario).up() as net:
        scan = [support.SONDE, "scan", "--no-record"] if scanner == "sonde" else ["nmap", "-n"]
        family = ["-6"] if scenario.endswith("-v6") and scanner == "nmap" else []
        options = net.options if scanner == "sonde" else ["-p", "1-60"]
        done = net.run([*scan, *family, *options, *net.targets], capture=True,
                       tcpdump=f"{keep}/scan.pcap", timeout=support.TIMEOUT_S)
    assert done.returncode == 0, done.stderr
    score = oracle.compare_file(pathlib.Path(keep) / "scan.pcap")
    assert len(score.columns) > 50
    wrong = [row for row in score.columns if row.ours != row.theirs]
    assert not wrong, "\n".join(f"{row.number}: {row.chain}\n  tshark: {row.theirs}\n"
                                f"  sonde:  {row.ours}" for row in wrong[:20])
    assert score.share() >= SCAN_SHARE, worst(score, score.total)
