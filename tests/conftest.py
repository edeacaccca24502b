"""The options `--accept` and `--unless-passed`, and the rule about tests that need programs outside Python.

Where LibreOffice, Chromium, Node.js or Java is missing, the tests that need it skip with a reason. With
CHENGWEN_REQUIRE_PROGRAMS=1 in the environment such a skip is a failure, so that none is lost unnoticed.
Once what was missing is installed, `--unless-passed` runs what skipped without the rest.
"""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.editor_browser import browser  # noqa: F401 - fixtures
from tests.editor_client import page, root  # noqa: F401
from tests.workbook_office import calc, office  # noqa: F401 - fixtures

_PROGRAM_MARKERS = ("libreoffice", "chromium", "htmlcheck", "validator", "registry", "cluster")
_REQUIRED = os.environ.get("CHENGWEN_REQUIRE_PROGRAMS") == "1"
_CACHED = "chengwen/passed"
_ROOT = Path(__file__).parents[1]
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
        help="leave out the tests that passed in the last run, where that was of the same code",
    )


def pytest_configure() -> None:
    """Ctrl-C interrupts what the tests start, also where they run in the background of a shell, which has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    cache = getattr(config, "cache", None)  # there is none with -p no:cacheprovider
    if config.getoption("--unless-passed") and cache is not None:
        code, passed = cache.get(_CACHED, ("", ()))
        if code == _code():
            _passed.update(passed)
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in _passed])
        items[:] = [item for item in items if item.nodeid not in _passed]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    cache = getattr(config, "cache", None)
    if cache is not None and not config.option.collectonly:
        cache.set(_CACHED, [_code(), sorted(_passed)])
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and config.getoption("--unless-passed") and _passed:
        session.exitstatus = pytest.ExitCode.OK


def _code() -> str:
    """A digest of the program and its tests, and of what both read."""
    found = hashlib.sha256()
    for top in ("compiler", "templates", "content", "tests"):
        for folder, folders, names in os.walk(_ROOT / top):
            folders[:] = sorted(set(folders) - {"__pycache__", "node_modules"})
            for path in (Path(folder, name) for name in sorted(names)):
                found.update(f"{path.relative_to(_ROOT).as_posix()} {path.stat().st_size}\n".encode())
                found.update(path.read_bytes())
    return found.hexdigest()


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
