#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the seeds of tests/fuzz/corpus/talk from the conversations that the system tests read.

Run it again after a change there; the files are committed so that replaying needs no Python.
"""
import pathlib
import re
import struct
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "system"))

import conversations  # pylint: disable=wrong-import-position
import talks  # pylint: disable=wrong-import-position

OUT = HERE / "corpus" / "talk"
CLIENTS = ("192.0.2.10",)
SERVERS = ("192.0.2.1", "192.0.2.20", "192.0.2.99")
MOST = 48  # messages of one seed: MESSAGES_MAX


def table(name):
    """A table of ports of the target."""
    text = re.search(name + r"\[\d+\] = {([^}]*)}", (HERE / "fuzz_talk.c").read_text()).group(1)
    return [int(word) for word in re.findall(r"\d+", text)]


SERVER_PORTS, CLIENT_PORTS = table("server_ports"), table("client_ports")


def message(frame):
    """One frame as the target's input has it; None where its tables lack a port."""
    size = 4 * (frame[14] & 15)
    tcp = frame[23] == 6
    source, target = (".".join(map(str, frame[at:at + 4])) for at in (26, 30))
    if frame[23] not in (6, 17):
        return None
    ports = struct.unpack(">HH", frame[14 + size:18 + size])
    back = source not in CLIENTS
    client, server = reversed(ports) if back else ports
    other = (source if back else target) != SERVERS[0]
    if client not in CLIENT_PORTS or server not in SERVER_PORTS:
        return None
    flags = 0
    if tcp:
        at = 14 + size
        data = frame[at + 4 * (frame[at + 12] >> 4):]
        flags = (frame[at + 13] & 2) << 6 | (frame[at + 13] & 1) << 6 | (frame[at + 13] & 4) << 3
    else:
        data = frame[14 + size + 8:]
    data = data[:4095]
    return bytes([tcp << 7 | back << 6 | SERVER_PORTS.index(server),
                  CLIENT_PORTS.index(client) << 4 | other << 2, flags | len(data) >> 8,
                  len(data) & 255]) + data


def seeds(name, frames):
    """The conversation in pieces of MOST messages."""
    messages = [one for one in map(message, frames) if one]
    for number, at in enumerate(range(0, len(messages), MOST)):
        yield f"{name}-{number}", bytes([1]) + b"".join(messages[at:at + MOST])


def main():
    """Writes them all."""
    OUT.mkdir(exist_ok=True)
    makers = {**talks.ALL, **{make.__name__: make for make in (
        talks.ntp, talks.smtp, talks.smtp_chunks, talks.pop, talks.imap, conversations.tftp, conversations.calls,
        conversations.ftp)}}
    for name, make in makers.items():
        for seed, data in seeds(name, make()):
            (OUT / seed).write_bytes(data)


if __name__ == "__main__":
    main()
