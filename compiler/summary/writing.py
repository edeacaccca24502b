"""A summary written: as .xlsx, .html, .docx, each put in place whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from compiler.diagnostics import Diagnostics
from compiler.publishing import Staging, staging
from compiler.source import Source
from compiler.style import Style
from compiler.summary.totals import Summary

FORMATS = ("xlsx", "html", "docx")
"""Suffixes of what a summary can be written as."""
_STYLE = Path(__file__).with_name("style.yaml")


def write_summary(summary: Summary, targets: Sequence[Path]) -> list[str]:
    """Write the summary into files, as their suffixes say, in place of what was there, once each of them is written somewhere.

    Gives what the reader is to be told besides: why there are no pictures. Raises `WorkspaceError` when a file is open elsewhere or the
    disk refuses: most often before any has changed, and of the files of a folder always all or none.
    """
    told: list[str] = []
    with ExitStack() as stack:
        places: dict[Path, Staging] = {}
        for folder in dict.fromkeys(target.parent for target in targets):
            places[folder] = stack.enter_context(staging(folder, inside=True))
        for target in targets:
            _write(summary, target.suffix[1:].lower(), places[target.parent].open(target.name), told)
        for place in places.values():
            place.publish()
    return told


def _write(summary: Summary, suffix: str, out: BinaryIO, told: list[str]) -> None:
    match suffix:
        case "xlsx":
            from compiler.summary.book import write_book

            write_book(summary, out)
        case "html":
            from compiler.summary.page import write_page

            write_page(summary, look(), out)
        case "docx":
            from compiler.summary.paper import write_paper

            told += write_paper(summary, look(), out)
        case _:
            raise ValueError(suffix)


def look() -> Style:
    """The look of a summary."""
    from compiler.readers.style_sheet import read_style
    from compiler.readers.yaml_data import read_yaml

    sink = Diagnostics()
    raw = read_yaml(Source(_STYLE.name, _STYLE.read_text(encoding="utf-8")), sink)
    style = read_style(raw, sink) if raw else None
    if style is None:
        raise AssertionError([item.message for item in sink])
    return style
