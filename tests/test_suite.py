"""The rules of this suite hold where tests run side by side, too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TESTS = """
import pytest

def test_quick(): pass

@pytest.mark.slow
def test_slow(): pass

@pytest.mark.skip(reason="no Chromium found")
def test_skipped(): pass
"""


def suite(folder: Path, *options: str, required: str = "") -> tuple[int, str]:
    """Exit status and output of the three tests above, run with the rules of `tests/conftest.py`."""
    path = folder / "test_three.py"
    path.write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", str(path), "-p", "tests.conftest", "-p", "no:cacheprovider", *options]
    env = os.environ | {"CONV_VIZ_REQUIRE_BROWSER": required}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout


@pytest.mark.parametrize("options", [(), ("-n", "2", "--dist", "loadgroup")], ids=["one process", "side by side"])
def test_a_skipped_test_is_said_loudly_and_fails_where_a_browser_is_required(options, tmp_path):
    status, output = suite(tmp_path, *options)
    assert status == 0 and "1 TESTS WERE SKIPPED" in output and "no Chromium found" in output
    status, output = suite(tmp_path, *options, required="1")
    assert status == 1 and "1 TESTS WERE SKIPPED" in output


def test_slow_tests_come_first(tmp_path):
    status, output = suite(tmp_path, "-v")
    assert status == 0 and output.index("::test_slow") < output.index("::test_quick")
