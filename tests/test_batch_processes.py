"""What the processes of a batch are like: how they start, and what a report leaves behind in one."""

from __future__ import annotations

import gc
from collections import Counter
from pathlib import Path

from compiler.batch.task import Status, make
from tests.batch_samples import departments, task


def test_a_report_leaves_little_to_the_collector(tmp_path: Path) -> None:
    """Its projects, whose scores refer to them, and nothing that is as large as the report."""
    names = ["甲局", "乙局", "丙局"]
    departments(tmp_path, names)
    for name in names[:2]:  # what reports share is there
        assert make(task(tmp_path, f"content/{name}/2024")).status is Status.BUILT
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        assert make(task(tmp_path, "content/丙局/2024")).status is Status.BUILT
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        left = Counter(type(each).__name__ for each in gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
        gc.unfreeze()
    assert not left.keys() & {"Document", "Paragraph", "Draft", "Scope", "HtmlWriter", "Workspace"}, left
