# SPDX-License-Identifier: Apache-2.0
"""What every system test may ask for: a directory that stays when the test fails."""

import os
import re
import shutil

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
    name = re.sub(r"[^\w.=-]+", "_", f"{request.node.path.stem}-{request.node.name}").strip("_")
    path = os.path.join(support.REPO, "tests", "out", name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    yield path
    if getattr(request.node, "passed", False):
        shutil.rmtree(path, ignore_errors=True)
