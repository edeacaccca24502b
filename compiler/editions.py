"""What is compared: a report as it is now, or one of its versions; and where a comparison is written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from compiler.archive.history import Stored
from compiler.archive.layout import ArchiveError
from compiler.archive.rebuild import input_of
from compiler.comparison.compare import Edition, compare
from compiler.comparison.overview import with_overview
from compiler.comparison.results import Comparison
from compiler.named import NamedTuple
from compiler.pipeline import Whole, draft_folder, write_whole
from compiler.publishing import staging
from compiler.workspace import Workspace

_NAME = "比较"
_AUTHOR = "成文"


class Side(NamedTuple):
    """One of the two things to be compared."""

    name: str
    """What a reader calls it: 2024年度第1版, 2024年度现在的内容."""
    workspace: Workspace
    folder: Path
    """The report's, in the workspace."""
    made: str = ""
    """When a version was frozen, ISO 8601; empty for what is being worked on."""
    number: int = 0
    """Of a version."""


def as_it_is(workspace: Workspace, folder: Path) -> Side:
    """The report in `folder`, as it is now."""
    folder = folder.resolve()
    return Side(f"{folder.name}年度现在的内容", workspace, folder)


def as_frozen(stored: Stored) -> Side:
    """A version. Raises `ArchiveError` when its record is damaged."""
    made = stored.record
    if made is None:
        raise ArchiveError(f"第{stored.number}版的记录坏了，运行 chengwen verify 看坏在哪里。")
    when = datetime.fromisoformat(made.made.at).astimezone(UTC)
    return Side(
        f"{made.year}年度第{stored.number}版",
        *input_of(stored, made),
        when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        stored.number,
    )


def compared(older: tuple[Side, Whole], newer: tuple[Side, Whole]) -> Comparison:
    """Two sides that compile, each with what it compiled to. Raises `ValueError` for one that does not."""
    editions = []
    for side, whole in (older, newer):
        if whole.document is None:
            raise ValueError(f"{side.name} does not compile")
        editions.append(Edition(side.name, whole.kind, whole.year, whole.document, whole.figures))
    return compare(editions[0], editions[1], _AUTHOR, _date(*newer))


def write_comparison(
    comparison: Comparison, newer: tuple[Side, Whole], formats: tuple[str, ...], out: Path
) -> list[Path]:
    """Publish a comparison under `out`/单位/年度/diff/ of the newer report. Raises `WorkspaceError` when the disk refuses or it is too large."""
    side, whole = newer
    if whole.style is None:
        return []
    target = draft_folder(out, side.folder).with_name("diff")
    with staging(target) as place:
        for suffix in formats:
            document = with_overview(comparison) if suffix == "html" else comparison.document
            name = f"{_NAME}（{comparison.older}与{comparison.newer}）.{suffix}"
            write_whole(document, whole.style, suffix, place.open(name))
        return place.publish()


def _date(side: Side, whole: Whole) -> str:
    """The date of the changes: when the newer was frozen, else its 成文日期, else the end of its year. Never today: the same input,
    the same file.
    """
    if side.made:
        return side.made
    given = whole.document.metadata.date if whole.document is not None else ""
    return f"{given or f'{whole.year:04}-12-31'}T00:00:00Z"
