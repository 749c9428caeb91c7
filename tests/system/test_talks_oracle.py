# SPDX-License-Identifier: Apache-2.0
"""What only a whole conversation tells is told as tshark tells it, in one pass and in two.

The conversations of talks.py and talks_seen.py are small and honest, one for each thing that is remembered. What
differs and why stands in docs/DIFFERENCES.md; APART names it here, value by value, so that a
difference that is gone shows too.
"""
import shutil
import subprocess

import pytest

import oracle
import read_craft as craft
import talks
import talks_seen
import tshark

ALL = {**talks.ALL, **talks_seen.ALL}

# (conversation, frame, field or "columns"); frame 0: all of them.
APART = {
    # tshark makes two conversations of one here, the second pass's before the first packet.
    ("snmp", 0, "udp.stream"), ("snmp", 0, "udp.time_relative"), ("snmp", 0, "udp.time_delta"),
    # It takes what answers next for the answer, and an answer for a request.
    ("snmp", 3, "snmp.response_in"), ("snmp", 4, "snmp.response_in"),
    ("snmp", 5, "snmp.response_in"), ("snmp", 5, "snmp.response_to"), ("snmp", 5, "snmp.time"),
    # A string in a binding counts as a layer there.
    ("snmp", 0, "frame.protocols"),
    # Behind New Keys tshark says nothing where it cannot decrypt; an Ed25519 signature it takes for
    # shorter than it is.
    ("ssh", 0, "ssh.packet_length_encrypted"), ("ssh", 0, "ssh.encrypted_packet"),
    ("ssh", 11, "columns"), ("ssh", 12, "columns"), ("ssh", 9, "ssh.host_sig.data"),
    ("ssh", 4, "columns"), ("ssh", 5, "columns"),  # SSH in one pass
    *(("ssh", 9, "_ws.expert" + part) for part in ("", ".message", ".severity", ".group")),
    # Mail is read as such there, the Internet Message Format, once its lines are put together.
    ("smtp", 19, "columns"), ("smtp_plain", 15, "columns"),
    # It would decode what a login says, and is sorry that it may not.
    *(("smtp_plain", frame, "_ws.expert" + part) for part in ("", ".message", ".severity", ".group")
      for frame in (7, 9)),
    # It holds no text of a line of POP's.
    ("pop_tls", 0, "pop.request"), ("pop_tls", 0, "pop.response"),
    # tshark reads all chunks again with each segment; only its first pass shows it.
    ("http_chunks", 6, "columns"),
    # Within a tunnel tshark says in a layer of HTTP where it leads, and of TLS what that port carries.
    *(("http_connect", frame, field) for frame in (8, 9, 10) for field in ("http", "frame.protocols")),
    *(("http_connect_plain", frame, field) for frame in (6, 7) for field in ("http", "frame.protocols")),
    ("http_connect", 9, "tls.app_data_proto"), ("http_connect", 10, "tls.app_data_proto"),
    # Two requests in one segment: there two layers that both say what the last one says.
    ("http", 9, "http"), ("http", 9, "http.request_number"), ("http", 9, "http.response_in"),
    ("http", 9, "http.prev_request_in"),
    *(("posts", frame, "http." + field) for frame in (7, 12, 15) for field in (
        "prev_response_in", "prev_request_in", "request_in", "response_number", "time")),
    # A layer for all messages of a segment, a header block for every other, no users of one letter.
    *(("sip_tcp", 0, field) for field in ("frame.protocols", "sip.msg_hdr", "sip.r-uri.user")),
}

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@pytest.fixture(name="capture", params=sorted(ALL))
def made_capture(request, tmp_path):
    """A file with one conversation."""
    file = tmp_path / f"{request.param}.pcap"
    file.write_bytes(craft.pcap(ALL[request.param]()))
    return file


def columns(*command):
    """Protocol and Info of each frame."""
    done = subprocess.run([*command, "-n", "-T", "fields", "-E", "separator=|", "-e",
                           "_ws.col.Protocol", "-e", "_ws.col.Info"],
                          capture_output=True, check=True, timeout=60, env=tshark.environment())
    return done.stdout.decode().splitlines()


def apart(file):
    """(frame, what) of APART."""
    return {(frame, what) for name, frame, what in APART if name == file.stem}


def test_fields_of_two_passes(capture):
    """Every field that both have; tshark's alone are not compared."""
    score = oracle.compare_file(capture)
    differ = {(int(where.rsplit(":", 1)[1]), name): (our, their)
              for name, rows in score.examples.items() for where, our, their in rows}
    assert not score.uneven and sum(score.total.values()) > 300
    known = apart(capture)
    strange = {(frame, name): value for (frame, name), value in differ.items()
               if not {(frame, name), (0, name)} & known}
    assert not strange, strange
    stale = {key for key in known if key[1] != "columns"} - set(differ)
    stale -= {(0, name) for _, name in differ}
    assert not stale, f"these agree now: take them out of APART: {stale}"


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one-pass", "two-passes"])
def test_columns(capture, passes):
    """Protocol and Info."""
    theirs = columns("tshark", *passes, "-r", str(capture))
    ours = columns(oracle.SONDE, "read", *passes, str(capture))
    assert len(ours) == len(theirs) > 4
    differ = {number: (our, their) for number, (our, their) in enumerate(zip(ours, theirs), 1)
              if our != their and (number, "columns") not in apart(capture)}
    assert not differ, differ


def test_chunks_of_a_mail_are_no_commands(tmp_path):
    """RFC 3030; tshark reads the command and what it brings as one fragment."""
    file = tmp_path / "chunks.pcap"
    file.write_bytes(craft.pcap(talks.smtp_chunks()))
    rows = [row.split("|", 1)[1] for row in columns(oracle.SONDE, "read", str(file))]
    assert [row for row in rows if "C: " in row][-3:] == [
        "C: BDAT 14 | DATA fragment, 14 bytes", "C: BDAT 25 LAST | DATA fragment, 16 bytes",
        "C: DATA fragment, 9 bytes | QUIT"]


def statistic(name, file):
    """What sonde and tshark print of one statistic."""
    return [subprocess.run(command, capture_output=True, check=True, timeout=60,
                           env=tshark.environment()).stdout
            for command in ([oracle.SONDE, "read", "-n", "-z", name, file],
                            ["tshark", "-n", "-q", "-z", name, "-r", file])]


@pytest.mark.parametrize("name", ["dns", "imap_tls", "pop_tls", "sip_tcp", "smtp_tls"])
def test_segments_stand_behind_their_message(name, tmp_path):
    """In the hierarchy, before what follows the message in its last segment."""
    file = tmp_path / "talk.pcap"
    file.write_bytes(craft.pcap(ALL[name]()))
    ours, theirs = statistic("io,phs", file)
    assert ours == theirs and b"tcp.segments" in ours


def as_syn(frame):
    """A SYN behind the IPv4 header of an Ethernet frame."""
    head = bytearray(frame[14:14 + 4 * (frame[14] & 15)])
    head[2:4] = (len(head) + 20).to_bytes(2, "big")
    head[9] = 6
    return craft.ether(bytes(head) + craft.tcp(1, 9999, 2))


@pytest.mark.parametrize("name", ["conv,ip", "endpoints,ip", "conv,udp", "conv,tcp"])
def test_a_source_route_leads_to_its_end(name, tmp_path):
    """So do the conversations of its packets."""
    file = tmp_path / "talk.pcap"
    frames = ALL["routes"]()
    file.write_bytes(craft.pcap(frames + [as_syn(frame) for frame in frames]))
    ours, theirs = statistic(name, file)
    assert ours == theirs and b"192.0.2.2" in ours and b"1.2.3.6" in ours
