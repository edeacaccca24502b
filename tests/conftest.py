"""The options `--accept` and `--unless-passed`, and the rule about tests that need programs outside Python.

Where LibreOffice, Chromium, Node.js or Java is missing, the tests that need it skip with a reason. With
CHENGWEN_REQUIRE_PROGRAMS=1 in the environment such a skip is a failure, so that none is lost unnoticed.
Once what was missing is installed, `--unless-passed` runs what skipped without the rest.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Generator

import pytest

from tests.editor_browser import browser  # noqa: F401 - fixtures
from tests.editor_client import page, root  # noqa: F401
from tests.workbook_office import calc, office  # noqa: F401 - fixtures

_PROGRAM_MARKERS = ("libreoffice", "chromium", "htmlcheck", "validator", "registry", "cluster")
_REQUIRED = os.environ.get("CHENGWEN_REQUIRE_PROGRAMS") == "1"
_CACHED = "chengwen/passed"
_passed: set[str] = set()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="rewrite the expected part of case files with what came out, for review",
    )
    parser.addoption(
        "--unless-passed",
        action="store_true",
        help="leave out the tests that passed in the last run, which was of the same code",
    )


def pytest_configure() -> None:
    """Ctrl-C interrupts what the tests start, also where they run in the background of a shell, which has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--unless-passed") and config.cache:
        _passed.update(config.cache.get(_CACHED, ()))
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in _passed])
        items[:] = [item for item in items if item.nodeid not in _passed]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.cache:
        session.config.cache.set(_CACHED, sorted(_passed))


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--accept"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    xfailed = hasattr(report, "wasxfail")
    if _REQUIRED and report.skipped and not xfailed and any(map(item.get_closest_marker, _PROGRAM_MARKERS)):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} must not skip here: {call.excinfo and call.excinfo.value}"
    if report.when == "call" and report.passed:
        _passed.add(item.nodeid)
    elif not report.passed:
        _passed.discard(item.nodeid)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if _REQUIRED and report.outcome == "skipped":  # a whole file: its markers were not even read
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} must not skip here: {report.longrepr}"
    return report
