"""The narratives whose expressions take an entry of a list by its number, when the numbers have changed."""

from __future__ import annotations

import re
from pathlib import Path as FilePath

from compiler.diagnostics import Diagnostics
from compiler.workspace import Workspace

_EXPRESSION = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)


def pointing(workspace: Workspace, folder: FilePath, file: str, name: str) -> list[str]:
    """The narratives of the report in `folder` that say `name[1]`, meaning the list `name` of `file` (in `data`)."""
    found: list[str] = []
    narrative = folder / "narrative"
    wanted = re.compile(rf"(?<!\w){re.escape(name)}\s*\[\s*-?\d")
    stem = file.removeprefix("projects/").removesuffix(".yaml")
    for path in workspace.files(narrative, ".md") if narrative.is_dir() else []:
        # Of another project only what looks at projects by their numbers can mean this one's list.
        others = file.startswith("projects/") and path.parent.name == "projects" and path.stem != stem
        source = workspace.read_text(path, Diagnostics())
        if source is None:
            continue
        for words in _EXPRESSION.findall(source.text):
            if wanted.search(words) and (not others or "本项目" not in words):
                found.append(workspace.shown(path))
                break
    return found
