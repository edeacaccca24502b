"""A signal is handled otherwise for a while, and as before afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler import publishing
from compiler.publishing import staging
from compiler.signals import handling

_ROOT = Path(__file__).parents[1]


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """SIGTERM as it came to who had it handled before."""
    came: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: came.append(number))
    yield came
    signal.signal(signal.SIGTERM, before)


def test_within_and_afterwards(heard: list[int]) -> None:
    came: list[int] = []
    with handling(signal.SIGTERM, lambda number, _: came.append(number)) as handled:
        assert handled
        signal.raise_signal(signal.SIGTERM)
    assert (came, heard) == ([signal.SIGTERM], [])
    signal.raise_signal(signal.SIGTERM)
    assert (came, heard) == ([signal.SIGTERM], [signal.SIGTERM])


def test_not_heard_at_all(heard: list[int]) -> None:
    with handling(signal.SIGTERM, signal.SIG_IGN):
        signal.raise_signal(signal.SIGTERM)
    assert heard == []


def test_put_back_when_something_is_raised(heard: list[int]) -> None:
    """By what is done within, or by the handler."""

    def refuse(_number: int, _frame: object) -> None:
        raise InterruptedError

    with pytest.raises(KeyError), handling(signal.SIGTERM, refuse):
        raise KeyError
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(InterruptedError), handling(signal.SIGTERM, refuse):
        signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)
    assert len(heard) == 2


def test_one_within_the_other(heard: list[int]) -> None:
    came: list[str] = []
    with handling(signal.SIGTERM, lambda *_: came.append("outer")):
        with handling(signal.SIGTERM, lambda *_: came.append("inner")):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
    assert (came, heard) == (["inner", "outer"], [])


def test_nothing_changes_in_another_thread(heard: list[int]) -> None:
    told: list[object] = []

    def beside() -> None:
        with handling(signal.SIGTERM, signal.SIG_IGN) as handled:
            signal.raise_signal(signal.SIGTERM)
            told.append(handled)

    thread = threading.Thread(target=beside)
    thread.start()
    thread.join()
    assert (told, heard) == ([False], [signal.SIGTERM])


_OF_C_CODE = """
import os, signal
from compiler.signals import handling

assert signal.getsignal(signal.SIGABRT) is None
with handling(signal.SIGABRT, signal.SIG_IGN) as handled:
    print(handled, flush=True)
    os.kill(os.getpid(), signal.SIGABRT)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_what_c_code_handles_stays_with_it() -> None:
    """As faulthandler does with what ends a process: it tells where that was."""
    ran = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", _OF_C_CODE],
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
    )
    assert (ran.stdout, ran.returncode) == ("False\n", -signal.SIGABRT)
    assert "Fatal Python error: Aborted" in ran.stderr


def _published(target: Path) -> list[str]:
    target.mkdir()  # else they come with it, by one rename
    with staging(target) as staged:
        for name in ("一", "二"):
            staged.open(name).write(b"new")
        staged.publish()
    return sorted(path.name for path in target.iterdir())


def test_outputs_take_their_places_before_the_end(
    heard: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is told to end between two of them does so when both are there."""
    replace = publishing.replace_file
    heard_there: list[list[int]] = []

    def told_to_end(source: Path, target: Path) -> None:
        replace(source, target)
        signal.raise_signal(signal.SIGTERM)
        heard_there.append(list(heard))

    monkeypatch.setattr(publishing, "replace_file", told_to_end)
    assert _published(tmp_path / "稿") == ["一", "二"]
    assert heard_there == [[], []]
    assert heard == [signal.SIGTERM], "twice the same is told once"


@pytest.mark.parametrize("before", [signal.SIG_DFL, signal.SIG_IGN])
def test_a_process_that_does_nothing_about_its_end_is_left_alone(
    before: signal.Handlers, heard: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signal.signal(signal.SIGTERM, before)
    handlers: list[object] = []
    replace = publishing.replace_file

    def looked(source: Path, target: Path) -> None:
        replace(source, target)
        handlers.append(signal.getsignal(signal.SIGTERM))

    monkeypatch.setattr(publishing, "replace_file", looked)
    assert _published(tmp_path / "稿") == ["一", "二"]
    assert handlers == [before, before]
