# SPDX-License-Identifier: Apache-2.0
"""A scan and a watch end with the findings worth knowing, and with nothing where there is none."""

import os

import pytest

import support
from support import lab

WORDS = "Worth knowing"


@pytest.mark.parametrize("scenario, finding", [
    ("all-open", "shows 81 of 81 ports open"), ("local-closed", None)])
def test_the_summary_ends_with_them(scenario, finding, keep):
    path = os.path.join(keep, "watched.pcapng")
    with lab.Scenario.load(scenario).up() as net:
        scan = support.sonde_scan(net, keep, "-p20-100", beside=False)
        watch = net.run([support.SONDE, "watch", "-w", path, "--", "nmap", "-n", "-p20-100",
                         *net.options, net.truth.addresses()[0]], capture=True, timeout=60)
    assert scan.status == 0 and watch.returncode == 0, scan.err + watch.stderr
    for text, file in (scan.out, scan.record), (watch.stderr, path):
        assert (WORDS in text) == bool(finding), text
        if not finding:
            continue
        said = " ".join(text[text.index(WORDS):].split())
        assert finding in said and f"(more: sonde explain {file} --unexpected):" in said
        told = support.tool(support.SONDE, "explain", file, "--unexpected").stdout
        assert finding in " ".join(told.split())
