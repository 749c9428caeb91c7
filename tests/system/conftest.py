# SPDX-License-Identifier: Apache-2.0
"""What every system test may ask for: a directory that stays when the test fails."""

import os
import re
import shutil
import signal
import zlib

import pytest

import support

# Whoever starts us in the background or under nohup has these ignored; the programs under test
# would inherit that, and rightly not listen to them.
for number, handler in ((signal.SIGINT, signal.default_int_handler),
                        (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, handler)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Lets fixtures know how the test itself ended."""
    outcome = yield
    if call.when == "call":
        item.passed = outcome.get_result().passed


@pytest.fixture
def keep(request):
    """tests/out/TEST/: the test's captures; removed when it passes."""
    whole = f"{request.node.path.stem}-{request.node.name}"
    name = re.sub(r"[^\w.=-]+", "_", whole).strip("_")
    if name != whole:  # two names that differ in signs only run beside each other
        name += f"-{zlib.crc32(whole.encode()):08x}"
    path = os.path.join(support.REPO, "tests", "out", name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    yield path
    if getattr(request.node, "passed", False):
        shutil.rmtree(path, ignore_errors=True)
