# SPDX-License-Identifier: Apache-2.0
"""What every system test may ask for: a directory that stays when the test fails."""

import os
import re
import shutil
import zlib

import pytest

import support


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
