# SPDX-License-Identifier: Apache-2.0
"""Conversations that another one announces are read as tshark reads them: fields and columns."""
import shutil

import pytest

import conversations
import oracle
import read_craft

CASES = {"tftp": conversations.tftp, "calls": conversations.calls,
         "ftp": conversations.ftp}
# What is told apart in docs/DIFFERENCES.md, by case.
APART = {"tftp": set(), "ftp": {"tcp.completeness"},
         "calls": {"udp.stream", "udp.time_relative", "udp.time_delta", "sip.call_id_generated",
                   "rtcp.setup"}}  # two values, both empty

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@pytest.mark.parametrize("name", CASES)
def test_as_tshark(tmp_path, name):
    frames = CASES[name]()
    file = tmp_path / f"{name}.pcap"
    file.write_bytes(read_craft.pcap(frames))
    score = oracle.compare_file(file)
    assert score.frames == len(frames)
    wrong = {field: examples[:3] for field, examples in score.examples.items()
             if score.equal[field] != score.total[field] and field not in APART[name]}
    wrong |= {row.number: (row.ours, row.theirs) for row in score.columns
              if row.ours != row.theirs and not oracle.out_of_reach(row.chain)}
    assert not wrong
