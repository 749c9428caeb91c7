# SPDX-License-Identifier: Apache-2.0
"""The lab: practice networks out of namespaces, each described by a scenario file.

    import lab
    with lab.Scenario.load("scanme-2007").up() as net:
        done = net.run(["nmap", "-n", "@targets"], capture=True)

On the command line: lab/run SCENARIO [--tcpdump FILE] [--as WHO] -- COMMAND...
"""

import argparse
import json
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from lab_namespace import remove_stale  # noqa: E402
from lab_network import AS_USERS, Network  # noqa: E402
from lab_process import LabError  # noqa: E402
from lab_scenario import Scenario, ScenarioError  # noqa: E402
from lab_truth import Truth, ports_format, ports_parse  # noqa: E402

__all__ = ["AS_USERS", "LabError", "Network", "Scenario", "ScenarioError", "Truth",
           "ports_format", "ports_parse", "remove_stale"]

EXIT_LAB_FAILED = 125


class _Ended(BaseException):
    """A signal asked us to end while the network was being built or removed."""


def _raise_ended(number, _frame):
    raise _Ended(number)


def _terminal_signals_us():
    """Whether Ctrl-C reaches the command by itself (same foreground process group)."""
    try:
        fd = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(fd)


def _run_in_front(net, command, as_user):
    """Runs COMMAND with our terminal; signals to us are for it. Returns our exit status."""
    process = net.popen(command, as_user=as_user)

    def pass_on(number, _frame):
        if number != signal.SIGINT or not _terminal_signals_us():
            process.send_signal(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
    before = {number: signal.signal(number, pass_on) for number in numbers}
    try:
        status = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 128 - status if status < 0 else status


def _run(scenario, options):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _raise_ended)
    with scenario.up(userns=options.as_user == "userns") as net:
        if not options.tcpdump:
            return _run_in_front(net, options.command, options.as_user)
        with net.tcpdump(options.tcpdump) as capture:
            status = _run_in_front(net, options.command, options.as_user)
        if capture.dropped:
            print(f"lab/run: tcpdump lost {capture.dropped} packets.", file=sys.stderr)
        return status


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="lab/run", usage="%(prog)s SCENARIO [--tcpdump FILE] [--as WHO] [--seed N] -- COMMAND...\n"
        "       lab/run SCENARIO --truth\n       lab/run --list",
        description="Runs COMMAND in a practice network. @targets and @options in COMMAND stand "
        "for the scenario's; the environment has LAB_SCENARIO, LAB_TARGETS and LAB_OPTIONS. The "
        "exit status is COMMAND's (128 + N when signal N ended it), 125 when the lab failed, "
        "2 for a wrong command line or scenario file.")
    parser.add_argument("scenario", nargs="?", help="a name from --list, or a file (with a slash)")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    parser.add_argument("--truth", action="store_true", help="print the truth as JSON")
    parser.add_argument("--seed", type=int, help="another seed for the links' randomness")
    parser.add_argument("--tcpdump", metavar="FILE",
                        help="capture on the scanner's interface beside the command")
    parser.add_argument("--as", dest="as_user", choices=AS_USERS, default="root",
                        help="root (default); net-raw: user 1000 with CAP_NET_RAW only; user: user "
                        "1000 without any capability; userns: inside unshare -Urn of user 1000")
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_args(arguments[:cut])
    command = arguments[cut + 1:]
    options.command = command
    if not options.list and not options.scenario:
        parser.error("name a scenario; see --list")
    if not options.list and not options.truth and not command:
        parser.error("give the command after --")
    return options


def main(arguments):
    """The command line; returns the exit status."""
    options = _parse(arguments)
    try:
        if options.list:
            for name in Scenario.names():
                print(f"{name:18} {Scenario.load(name).about}")
            return 0
        scenario = Scenario.load(options.scenario)
        if options.seed is not None:
            scenario.seed = options.seed
        if options.truth:
            json.dump(scenario.truth.as_dict(), sys.stdout, indent=1)
            print()
            return 0
        return _run(scenario, options)
    except ScenarioError as error:
        print(f"lab/run: {error}", file=sys.stderr)
        return 2
    except (LabError, OSError) as error:
        print(f"lab/run: {error}", file=sys.stderr)
        return EXIT_LAB_FAILED
    except _Ended as ended:
        return 128 + ended.args[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
