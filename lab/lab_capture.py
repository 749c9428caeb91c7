# SPDX-License-Identifier: Apache-2.0
"""tcpdump beside the work: it misses neither the first frame nor the last."""

import os
import re
import signal
import subprocess
import time

from lab_process import READY_S, read_line


class Tcpdump:
    """tcpdump on each interface of a node: FILE for the first, FILE.IF for the others.

    It is begun when tcpdump says it listens. It is complete when tcpdump (SIGUSR1) has written as
    many packets as the kernel's filter had passed to it; only then is it ended.
    """

    def __init__(self, network, path, node):
        self.network = network
        self.node = node
        self.dropped = None  # packets the kernel could not hand over, after the block
        interfaces = (network.scanner_interfaces() if node == "scanner"
                      else list(network.scenario.nodes[node].interfaces))
        self.files = {i: path if n == 0 else f"{path}.{i}" for n, i in enumerate(interfaces)}
        self.running = []

    def __enter__(self):
        try:
            for interface, path in self.files.items():
                command = ["tcpdump", "-i", interface, "-n", "-s", "4096", "-B", "65536", "-U",
                           "--immediate-mode", "--time-stamp-precision=nano", "-Z", "root",
                           "-w", os.path.abspath(path)]
                process = subprocess.Popen(
                    self.network.helper_command(self.node, command), stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                    preexec_fn=os.setpgrp)  # the terminal's Ctrl-C is not for it
                self.running.append(process)
                read_line(process, process.stderr, b"listening on", "tcpdump")
        except BaseException:
            self.__exit__()
            raise
        return self

    @staticmethod
    def counts(process):
        process.send_signal(signal.SIGUSR1)
        line = read_line(process, process.stderr, b"captured", "tcpdump")
        return [int(n) for n in re.findall(r"(\d+) packets?", line)]

    def __exit__(self, *_):
        self.dropped = 0
        for interface, process in zip(self.files, self.running):
            loops = interface == "lo"
            deadline = time.monotonic() + READY_S
            while process.poll() is None and time.monotonic() < deadline:
                captured, received, dropped = self.counts(process)
                if loops:  # each packet on lo passes the filter twice, and is written once
                    received //= 2
                if captured + dropped >= received:
                    self.dropped += dropped
                    break
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait()
            process.stderr.close()
