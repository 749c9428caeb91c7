#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes every conversation of talks.py and conversations.py as a file: write_talks.py DIRECTORY."""

import os
import sys

import conversations
import read_craft as craft
import talks

TALKS = [*talks.ALL.values(), conversations.tftp, conversations.calls, conversations.ftp]


def write_talks(directory):
    """The files' paths."""
    os.makedirs(directory, exist_ok=True)
    paths = []
    for make in TALKS:
        paths.append(os.path.join(directory, f"{make.__name__}.pcap"))
        with open(paths[-1], "wb") as out:
            out.write(craft.pcap(make()))
    return paths


if __name__ == "__main__":
    write_talks(sys.argv[1])
