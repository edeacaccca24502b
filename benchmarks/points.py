"""The points of the curve of cost against size, kept beside RESULTS.md, so that the picture can be drawn again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

Series: TypeAlias = "Mapping[str, Sequence[tuple[int, float]]]"
"""By program: a size, and milliseconds for one of as many."""
_NAME = "cost.json"


def read_points(page: Path) -> dict[str, Series]:
    """The series of each panel of the picture, by the panel's name."""
    path = page.with_name(_NAME)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def keep_points(page: Path, panel: str, series: Series) -> None:
    """Put the series of a panel in the place of those that were kept of it."""
    rounded = {name: [(x, float(f"{y:.4g}")) for x, y in points] for name, points in series.items()}
    kept = dict(sorted({**read_points(page), panel: rounded}.items()))
    lines = ",\n".join(
        f"  {json.dumps(name)}: {{\n"
        + ",\n".join(f"    {json.dumps(each)}: {json.dumps(points)}" for each, points in panel_series.items())
        + "\n  }"
        for name, panel_series in kept.items()
    )
    page.with_name(_NAME).write_text(f"{{\n{lines}\n}}\n", encoding="utf-8", newline="\n")
