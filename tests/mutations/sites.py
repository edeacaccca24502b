"""The places of a report that a slip can hit: values of data files, and placeholders of narratives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from compiler.diagnostics import Diagnostics
from compiler.expressions import compile_expression
from compiler.figures import NumberRule
from compiler.inputs import read_inputs
from compiler.rawdata import Mapping, Node, Scalar, Sequence
from compiler.readers.yaml_data import read_yaml
from compiler.source import Source, unpack
from compiler.workspace import Workspace

NOT_LOOKED_AT = ("说明", "指标解释", "评分标准")
"""Keys whose values are left alone: notes to a colleague, and the free prose that explains an indicator."""


class Site(NamedTuple):
    """A stretch of a file: `text` stands at `start`."""

    file: Path
    start: int
    text: str
    key: str
    """The last key of the data file that leads to it; the expression of a placeholder."""
    path: tuple[str, ...] = ()
    """All the keys that lead to it, without the numbers of list items."""


def values(folder: Path) -> list[Site]:
    """Every value of every data file that is typed in one line, but for keys that are not looked at."""
    found = []
    for file in (folder / "report.yaml", *sorted((folder / "data").rglob("*.yaml"))):
        text = file.read_text(encoding="utf-8")
        sink = Diagnostics()
        raw = read_yaml(Source(file.name, text), sink)
        assert raw is not None and not len(sink)
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        for path, scalar in _scalars(raw.root, ()):
            if path[-1] in NOT_LOOKED_AT:
                continue
            place = unpack(raw.source, scalar.place)
            start = starts[place.line - 1] + place.column - 1
            assert text.startswith(scalar.text, start), f"{file}: {scalar.text} is quoted or folded"
            found.append(Site(file, start, scalar.text, path[-1], path))
    return found


def _scalars(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Scalar]]:
    match node:
        case Scalar():
            yield path, node
        case Sequence():
            for item in node.items:
                yield from _scalars(item, path)
        case Mapping():
            for key, value in node.entries.items():
                yield from _scalars(value, (*path, key))


class Placeholder(NamedTuple):
    """A placeholder of a narrative, and what it prints."""

    site: Site
    printed: str


_PLACEHOLDER = re.compile(r"\{\{\s*(.*?)\s*\}\}")


def placeholders(workspace: Workspace, folder: Path) -> list[Placeholder]:
    """Every placeholder in the narratives of a sound report."""
    sink = Diagnostics()
    inputs = read_inputs(workspace, folder, sink, lambda stage, done, whole: None)
    assert inputs is not None and not len(sink)
    found = []
    for file in sorted((folder / "narrative").rglob("*.md")):
        text = file.read_text(encoding="utf-8")
        scope = {**inputs.scope, **_own(inputs.scope, file)}
        for match in _PLACEHOLDER.finditer(text):
            span = Source(file.name, text).span(match.start(1))
            expression = compile_expression(match[1], span, sink)
            printed = expression and expression.text_value(scope, NumberRule(), span, sink)
            assert printed is not None, match[0]
            found.append(Placeholder(Site(file, match.start(), match[0], match[1]), printed))
    return found


def _own(scope: Any, file: Path) -> dict[str, Any]:
    """What only this narrative sees: its project, its section."""
    for project in scope["项目"]:
        if file.parent.name == "projects" and project.id == file.stem:
            return {"本项目": project, "本项": project}
    for section in scope["单位"].sections:
        if section.name == file.stem:
            return {"本项": section}
    return {}
