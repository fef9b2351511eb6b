"""Fixtures and options for all tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import settings

# Tests run side by side, and torch's helpers wait for work by keeping a core busy. torch reads this when it is loaded,
# also in what a test starts.
os.environ.setdefault("OMP_NUM_THREADS", "1")

FAILED = pytest.StashKey[bool]()  # of a test: whether it failed, for fixtures that end after it
GOLDEN = Path(__file__).parent / "golden"

# No deadline: the machine's load decides how long one example takes. The same examples in each run: a change that
# nothing is wrong with must not fail by chance. New ones are tried with the profile "thorough".
settings.register_profile("conv_viz", deadline=None, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=3000)  # pytest --hypothesis-profile=thorough
settings.register_profile("short", deadline=None, derandomize=True, max_examples=25)
settings.load_profile("conv_viz")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests first: side by side with others, the last one to end decides how long all take."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """``golden(name, text)`` compares a text with tests/golden/<name>."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.exists(), f"tests/golden/{name} is missing: run pytest with --update-golden, and look at it"
        assert text == path.read_text(encoding="utf-8"), f"differs from tests/golden/{name}"

    return compare


def browser_required() -> bool:
    """Whether a skipped browser test is a failure, as in CI."""
    return os.environ.get("CONV_VIZ_REQUIRE_BROWSER", "") not in ("", "0")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A skipped test is easy to overlook: say it loudly, at the very end."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.write_sep("!", f"{len(skipped)} TESTS WERE SKIPPED", red=True, bold=True)
        for reason in sorted({str(report.longrepr[2]) for report in skipped}):
            terminalreporter.write_line(reason, red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if browser_required() and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
