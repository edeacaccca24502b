"""Draw the curve of cost against size from the points that were kept beside RESULTS.md.

    python -m benchmarks.picture [RESULTS.md]

Needs matplotlib. The same points give the same bytes with the same matplotlib.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.layout import REPOSITORY, Bench
from benchmarks.measure import progress
from benchmarks.points import Series, read_points

_NAME = "cost.svg"
_PAGE = Path(__file__).with_name("RESULTS.md")


class _Look(NamedTuple):
    colour: str
    marker: str
    width: float


_OURS = _Look("#1f5fa8", "o", 2.6)
_LOOKS = {
    "chengwen": _OURS,
    "chengwen, 2 processes": _OURS,
    "chengwen, Dask": _Look("#1f5fa8", "D", 0),
    "limit_own": _Look("#333333", "s", 1.8),
    "docxtpl": _Look("#c2701c", "^", 1.4),
    "pandoc": _Look("#8a4fa0", "v", 1.4),
}
"""By how a program's name begins; the longest that fits."""
_PANELS = (
    ("projects", "One report", "projects in the report", "milliseconds a project"),
    (
        "batch",
        "A batch of reports of 19 projects, on two cores",
        "reports in the batch",
        "milliseconds a report",
    ),
)


def redraw(bench: Bench, page: Path) -> str:
    """Draw it in a process of its own, and give the Markdown that shows it; nothing where it cannot be drawn.

    In a process of its own, as matplotlib would raise the memory that programs started afterwards seem to need.
    """
    argv = [bench.python, "-m", "benchmarks.picture", str(page)]
    done = subprocess.run(argv, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        progress(f"the curve was not drawn: {done.stderr.strip().splitlines()[-1:]}")
    there = page.with_name(_NAME).exists()
    return (
        f"![Milliseconds a project and a report against their number, on logarithmic scales]({_NAME})\n\n"
        if there
        else ""
    )


def draw(points: dict[str, Series], target: Path) -> None:
    """Write the picture as SVG."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    matplotlib.rcParams.update(
        {
            "svg.hashsalt": "cost",
            "svg.fonttype": "none",
            "font.family": "DejaVu Sans",
            "font.size": 9.5,
            "axes.titlesize": 11,
        }
    )
    figure, axes = pyplot.subplots(1, 2, figsize=(11.5, 4.6), layout="constrained")
    for axis, (panel, title, across, up) in zip(axes, _PANELS, strict=True):
        _panel(axis, points.get(panel, {}))
        axis.set_title(title, loc="left", fontweight="bold")
        axis.set_xlabel(across)
        axis.set_ylabel(up)
    figure.savefig(target, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def _panel(axis: Any, series: Series) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.set_xscale("log")
    axis.set_yscale("log")
    for name, points in series.items():
        look = _look(name)
        x, y = zip(*points, strict=True)
        style = {"color": look.colour, "marker": look.marker, "linewidth": look.width, "markersize": 5}
        axis.plot(x, y, **style, zorder=3 if look is _OURS else 2)
    for side in (axis.xaxis, axis.yaxis):
        side.set_major_locator(LogLocator(10, subs=(1, 3)))
        side.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
        side.set_minor_formatter(NullFormatter())
    # Beyond the largest size there is only room for names.
    most = max((x for points in series.values() for x, _ in points), default=1)
    axis.set_xticks([tick for power in range(7) for tick in (10**power, 3 * 10**power) if 10 <= tick <= most])
    axis.minorticks_off()
    axis.grid(True, which="major", color="#dddddd", linewidth=0.7)
    axis.spines[["top", "right"]].set_visible(False)
    low, high = axis.get_ylim()
    axis.set_ylim(low / 1.3, high * 1.3)
    left, right = axis.get_xlim()
    axis.set_xlim(left, right * (right / left) ** 0.5)  # room for the names at the ends of the lines
    _name_lines(axis, series)


def _name_lines(axis: Any, series: Series) -> None:
    """Put each line's name at its end, apart from each other."""
    low, high = axis.get_ylim()
    apart = (high / low) ** 0.055
    last = 0.0
    ends: Sequence[tuple[float, int, str]] = sorted(
        (points[-1][1], points[-1][0], name) for name, points in series.items()
    )
    for y, x, name in ends:
        place = max(y, last * apart)
        last = place
        look = _look(name)
        weight = "bold" if look.colour == _OURS.colour else "normal"
        axis.annotate(
            name, (x, y), (x * 1.12, place), color=look.colour, va="center", fontsize=8.5, fontweight=weight
        )


def _look(name: str) -> _Look:
    fitting = [begin for begin in _LOOKS if name.startswith(begin)]
    return _LOOKS[max(fitting, key=len)] if fitting else _Look("#777777", "x", 1.2)


def main() -> int:
    """The command."""
    page = Path(sys.argv[1]) if len(sys.argv) > 1 else _PAGE
    draw(read_points(page), page.with_name(_NAME))
    return 0


if __name__ == "__main__":
    sys.exit(main())
