# SPDX-License-Identifier: Apache-2.0
"""The table of sonde capture as a terminal shows it: tmux draws, we read its cells."""

import os
import re

import pytest

import live
import support
from screen import Screen
from support import SONDE, lab

WIDTH_MAX = 100  # the table grows no wider
HOST = "192.0.2.20"
ROW = re.compile(r"^((?:the rest|IP in IP|\S+)) +(\d+)  (.*?)( *)(\d+)\.(\d) %(.*)$", re.M)
SCAN_WORDS = ["SYN", "SYN/ACK", "RST", "unreachable", "ARP asked", "ARP answered"]


@pytest.fixture(scope="module", name="net")
def local_closed():
    with lab.Scenario.load("local-closed").up() as net:
        yield net


def begin_capture(screen, path, *more):
    """Begins a capture and waits for its table."""
    screen.type(f"cd {os.path.dirname(path)}; clear")
    screen.type(f"{SONDE} capture -i eth0 -w {os.path.basename(path)} {' '.join(more)}")
    return screen.wait(lambda text: "Total" in text and "dropped by the kernel" in text,
                       "the table")


def table_of(text):
    """The lines of the one table on the screen."""
    lines = text.split("\n")
    first = [i for i, line in enumerate(lines) if re.search(r" Running \d\d:\d\d:\d\d$", line)]
    last = [i for i, line in enumerate(lines) if re.match(r"\d+ dropped by the kernel$", line)]
    assert len(first) == len(last) == 1 and first < last, text
    return lines[first[0]:last[0] + 1]


def check_table(text, columns):
    """Its rows add up to Total and 100.0 %, inside the screen; {name: (count, bar)}."""
    lines = table_of(text)
    text = "\n".join(lines)
    assert len(lines[0]) == min(columns - 1, WIDTH_MAX), text
    total = int(re.search(r"^Total +(\d+)", text, re.M)[1])
    rows = {m[1]: (int(m[2]), m[3], int(m[5]) * 10 + int(m[6])) for m in ROW.finditer(text)}
    assert rows and sum(count for count, _, _ in rows.values()) == total, text
    assert sum(tenths for _, _, tenths in rows.values()) == 1000, text
    assert all(len(line) <= len(lines[0]) for line in lines), text
    assert "\033" not in text and "[K" not in text and "\ufffd" not in text
    return {name: (count, bar) for name, (count, bar, _) in rows.items()}


def fill(net, datagrams=50):
    """A mix of TCP, UDP, ICMP and ARP."""
    live.send(net, HOST, datagrams)
    net.run([SONDE, "scan", "-n", "--no-record", "-p", "1-100", HOST], capture=True)


@pytest.mark.parametrize("columns, rows, language", [
    (80, 24, "C.UTF-8"), (120, 40, "C.UTF-8"), (80, 24, "C"),
])
def test_the_table_on_a_screen(columns, rows, language, net, keep):
    """Drawn in place: one table on the screen, however often it was drawn."""
    path = os.path.join(keep, "own.pcapng")
    with Screen(net, keep, columns, rows, language) as screen:
        begin_capture(screen, path)
        fill(net)
        text = screen.wait(lambda text: re.search(r"^UDP +50 ", text, re.M) and
                           re.search(r"^TCP +2\d\d ", text, re.M), "the frames")
        found = check_table(text, columns)
        assert text.count("Total") == 1 and text.count("Running") == 1
        assert {"TCP", "UDP", "ARP"} <= set(found) and "SCTP" not in found
        assert all(word in text for word in SCAN_WORDS)
        assert ("█" in found["TCP"][1]) == (language != "C")
        assert ("#" in found["TCP"][1]) == (language == "C")
        assert re.search(r"packets/s, .*B/s", text) and "own.pcapng, " in text
        screen.tmux("send-keys", "C-c")
        screen.wait("packets captured, 0 dropped by the kernel")
        check_table(screen.text(), columns)
        screen.is_usable()
    phs = support.tool(SONDE, "read", "-q", "-z", "io,phs", path).stdout
    for kind, word in (("TCP", "tcp"), ("UDP", "udp"), ("ARP", "arp")):
        count = re.search(rf"^ +{word} +frames:(\d+) ", phs, re.M)
        assert int(count[1]) == found[kind][0], kind


def test_it_follows_the_window(net, keep):
    """Narrower, wider, lower: always one whole table, and a usable prompt after it."""
    with Screen(net, keep, 120, 40) as screen:
        begin_capture(screen, os.path.join(keep, "own.pcapng"))
        fill(net)
        for columns, rows in ((80, 24), (60, 15), (120, 40), (40, 12)):
            screen.tmux("resize-window", "-x", str(columns), "-y", str(rows))
            width = min(columns - 1, WIDTH_MAX)
            text = screen.wait(lambda text: re.search(rf"^(?=.{{{width}}}$).* Running ", text, re.M)
                               and "dropped by the kernel" in text, f"{columns}x{rows}")
            kinds = {"TCP", "UDP", "the rest"} if rows < 15 else {"TCP", "UDP", "ICMP", "ARP"}
            assert kinds == set(check_table(text, columns))
            assert ("SYN/ACK" in text) == (columns > 70)
        screen.tmux("resize-window", "-x", "80", "-y", "24")
        screen.wait("SYN/ACK")
        screen.tmux("send-keys", "C-c")
        screen.wait("packets captured")
        screen.is_usable()


def test_kill_leaves_a_usable_terminal(net, keep):
    path = os.path.join(keep, "own.pcapng")
    with Screen(net, keep, 80, 24) as screen:
        begin_capture(screen, path)
        fill(net)
        screen.wait(lambda text: re.search(r"^UDP +50 ", text, re.M), "the frames")
        shell = int(screen.ask("pane_pid"))
        with open(f"/proc/{shell}/task/{shell}/children", encoding="ascii") as children:
            os.kill(int(children.read().split()[0]), 9)
        screen.wait("Killed")
        check_table(screen.text(), 80)
        screen.is_usable()
    assert support.tool(SONDE, "read", path).returncode in (0, 1)


def test_no_colour_without_a_wish_for_it(net, keep):
    """NO_COLOR is kept to; without it the title is bold."""
    for number, (environment, wanted) in enumerate((({}, True), ({"NO_COLOR": "1"}, False))):
        folder = os.path.join(keep, str(number))
        os.mkdir(folder)
        with Screen(net, folder, 80, 24, **environment) as screen:
            begin_capture(screen, os.path.join(folder, "own.pcapng"))
            line = next(x for x in screen.text("-e").split("\n") if " Running " in x)
            assert ("\033[1m" in line) == wanted, line


def test_a_stopped_terminal_does_not_stop_the_capture(net, keep):
    """Ctrl-S holds the screen only: the file goes on, and Ctrl-Q brings the table up to date."""
    path = os.path.join(keep, "own.pcapng")
    with Screen(net, keep, 80, 24) as screen:
        begin_capture(screen, path)
        screen.tmux("send-keys", "C-s")
        live.send(net, HOST, 30)
        support.until(lambda: len(live.numbers(live.capture_file.read(path).frames)) == 30,
                      "the frames in the file")
        screen.tmux("send-keys", "C-q")
        screen.wait(lambda text: re.search(r"^UDP +30 ", text, re.M), "the table")
        screen.tmux("send-keys", "C-c")
        screen.is_usable()


def test_no_table_where_it_would_spoil_something(net, keep):
    """Neither over the list of packets, nor on a terminal that cannot go back up."""
    with Screen(net, keep, 80, 24) as screen:
        screen.type(f"clear; {SONDE} capture -i eth0 --status table -P")
        screen.wait("redrawn over the list of packets")
        screen.is_usable()
        screen.type(f"clear; {SONDE} capture -i eth0 --status table")
        screen.wait("Not written to a file")
        live.send(net, HOST, 3)
        text = screen.wait(lambda text: re.search(r"^UDP +3 ", text, re.M), "the packets counted")
        assert "Len=" not in text
        screen.tmux("send-keys", "C-c")
        screen.wait("packets captured")
        screen.is_usable()
        screen.type(f"clear; TERM=dumb {SONDE} capture -i eth0 -w {keep}/own.pcapng")
        text = screen.wait(lambda text: re.search(r"^\d+ s: ", text, re.M), "a line of the state")
        assert "Total" not in text
        screen.tmux("send-keys", "C-c")
        screen.wait("packets captured")
        screen.is_usable()
