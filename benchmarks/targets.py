"""What the compiler has to reach, and whether it does: the table on top of RESULTS.md.

Each command of the benchmark fills in the rows that it measured and leaves the others as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.section import replace_section, sections, table

HEADING = "## Targets"


class Target(NamedTuple):
    """A row of the table."""

    what: str
    limit: float
    unit: str = "×"
    least: bool = False
    """Whether the limit is the least that will do; else the most."""

    def row(self, measured: float | None) -> tuple[str, ...]:
        """What, target, measured, verdict."""
        asked = f"at {'least' if self.least else 'most'} {self.limit:g} {self.unit}"
        if measured is None:
            return self.what, asked, "not measured", "—"
        met = measured >= self.limit if self.least else measured <= self.limit
        digits = 2 if self.unit == "×" and measured < 100 else 1 if measured < 100 else 0
        return self.what, asked, f"{measured:.{digits}f} {self.unit}", "met" if met else "**missed**"


TARGETS: dict[str, Target] = {
    "S": Target("S, cold, with checks and trace, to `limit_own`", 1.8),
    "S compiled": Target("S, cold, compiled only, DOCX + HTML, to `limit_own`", 2.2),
    "S pandoc": Target("S, the faster way through pandoc 3, to the compiler, compiled only", 2, least=True),
    "M": Target("M, with checks and trace, to `limit_own`", 2.5),
    "M compiled": Target("M, compiled only, DOCX + HTML, to `limit_own`", 4),
    "M checks": Target("M, with its checks, to the same build without", 1.3),
    "L": Target("L to the compiler's own M", 10.5),
    "memory": Target("peak memory from M to L, per 1,000 projects", 15, "MiB"),
    "batch": Target("200 reports of 19 projects on two cores, to the limit's pool of two", 2.5),
    "batch pandoc": Target(
        "the same through pandoc 3, two at a time, a report to a report of the compiler", 20, least=True
    ),
    "linear": Target("3,000 reports, the time of a report, to that among 200", 1.1),
    "worker": Target("peak memory of a worker, 3,000 reports to 200", 1.1),
    "dask": Target("2,000 reports on Dask with two local workers, to the local pool", 1.3),
    "unchanged": Target("3,000 reports, nothing changed", 300, "reports/s", least=True),
}
"""By a short name, in the order of the table."""


def write_targets(page: Path, measured: Mapping[str, float | None]) -> None:
    """Fill in the rows with these names, None for what could not be measured. A row that was never measured says so."""
    before = next((part for part in sections(page) if part.startswith(HEADING)), "")
    known = {
        row[0]: tuple(row) for row in (re.split(r" \| ", line[2:-2]) for line in before.splitlines()[2:])
    }
    rows = []
    for name, target in TARGETS.items():
        fresh = target.row(measured.get(name))
        kept = known.get(target.what)
        if name not in measured and kept is not None and kept[1] == fresh[1]:
            fresh = kept
        rows.append(fresh)
    text = table(("what", "target", "measured", "verdict"), rows)
    replace_section(page, HEADING, f"{HEADING}\n\n{text}")
