"""What runs on a worker of a cluster (`compiler.batch.cluster`): it says who it is, and makes the reports that it is given."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from compiler.batch.program import Program, differences, this_program
from compiler.batch.task import Outcome, Status, Task, make
from compiler.caches import forget
from compiler.faults import told
from compiler.kept_patterns import KEPT
from compiler.named import NamedTuple

_ONE_AT_A_TIME = threading.Lock()
"""A worker with several threads makes one report at a time all the same: more would wait for each other, in more memory."""
_warmed = False


def who_is_there(root: str, out: str, probe: str, is_storage: bool) -> dict[str, object]:
    """What a worker answers: the program it runs, and why it does not see the workspace, empty when it does."""
    if is_storage:
        from compiler.batch.remote import what_is_missing

        return {"program": tuple(this_program()), "sees": what_is_missing(root)}
    missing = ""
    if not Path(root, "templates").is_dir():
        missing = f"没有“{Path(root, 'templates')}”"
    elif not Path(out, probe).exists():
        missing = f"“{out}”不是同一个文件夹"
    return {"program": tuple(this_program()), "sees": missing}


class Made(NamedTuple):
    """What a worker answers of reports that it was given as one."""

    seconds: float
    outcomes: list[Outcome]


def make_some_there(
    tasks: Sequence[Task], program: Program, is_storage: bool, force: bool, token: str
) -> Made:
    """Make reports on a worker, one after another, as `make_there` does."""
    start = time.monotonic()
    outcomes = [make_there(task, program, is_storage, force, token) for task in tasks]
    return Made(time.monotonic() - start, outcomes)


def make_there(task: Task, program: Program, is_storage: bool, force: bool, token: str) -> Outcome:
    """Make a report on a worker; refused when it is not the program of who asks, since it may have come later than the others."""
    global _warmed
    if this_program() != program:
        said = f"做它的计算机上的成文和这里的不一样：{differences(program, this_program())}。没有写出。"
        return Outcome(task.folder, Status.FAILED, said)
    with _ONE_AT_A_TIME:
        if not _warmed:
            from compiler.batch import warm

            warm.up()
            gc.collect()
            gc.freeze()
            _warmed = True
        gc.disable()
        try:
            return _make_there(task, is_storage, force, token)
        except MemoryError:
            return Outcome(task.folder, Status.FAILED, "那台计算机的内存不够，没有写出。")
        except OSError as error:
            return Outcome(task.folder, Status.FAILED, told(error))
        finally:
            forget()
            gc.enable()
            KEPT.keep()


def _make_there(task: Task, is_storage: bool, force: bool, token: str) -> Outcome:
    if not is_storage:
        root, out = (str(Path(place).resolve()) for place in (task.root, task.out))
        return make(task._replace(root=root, out=out))
    from compiler.batch.remote import make_remotely

    return make_remotely(task, force, token)
