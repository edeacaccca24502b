"""What a Dask worker of the tests loads first: reports of some departments do harm to the worker that makes them.

Nothing of the program itself differs, so that the worker passes for one with the same program.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from compiler.batch import there
from compiler.batch.task import Outcome, Task, make


def harmful(asked: Task) -> Outcome:
    """A report of 害群局 ends its worker, always, of 重做局 when it is made again; of 慢局 takes half a second, and says by whom it is made."""
    name = Path(asked.folder).parent.name
    if name.startswith("害群局"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "重做局":
        try:
            Path(asked.root, "made").touch(exist_ok=False)
        except FileExistsError:
            os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("慢局"):
        Path(asked.root, f"pid-{os.getpid()}").touch()
        time.sleep(0.5)
    return make(asked)


there.make = harmful
