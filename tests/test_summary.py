"""汇总: what is added up and what is not, what stands out, and that every format says so."""

from __future__ import annotations

import pickle
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from compiler.pipeline import write_whole
from compiler.summary.blocks import document
from compiler.summary.lines import line_of, lines_of
from compiler.summary.totals import Summary, summarize
from compiler.summary.writing import look
from tests.case_files import case_files, read_sections, run_case
from tests.district import write_district


def found(root: Path) -> list[Path]:
    return sorted(path.parent for path in root.glob("*/*/*/report.yaml"))


def summary_of(root: Path) -> Summary:
    return summarize(lines_of(found(root), lambda stage, done, whole: None))


def told(summary: Summary) -> str:
    """The summary as the text of its tree, with the data of its pictures."""
    out = BytesIO()
    made = document(summary, lambda histogram, number: ())
    write_whole(made, look(), "dump", out)
    return out.getvalue().decode()


@pytest.mark.parametrize("path", case_files("summary"), ids=lambda path: path.stem)
def test_what_it_says(path: Path, tmp_path: Path, accept: bool) -> None:
    def run(sections: dict[str, str]) -> str:
        write_district(tmp_path, sections["reports"])
        return told(summary_of(tmp_path))

    run_case(path, run, accept)
