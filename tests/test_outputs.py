"""The real reports, built as a clerk builds them, and read by real readers."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from compiler.pipeline import Result, build
from compiler.workspace import Workspace

from . import texts

ROOT = Path(__file__).parent.parent
REPORTS = sorted(path.parent for path in (ROOT / "content").glob("*/*/report.yaml"))
NAMES = [f"{folder.parent.name}-{folder.name}" for folder in REPORTS]


@pytest.fixture(scope="module", params=REPORTS, ids=NAMES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Result:
    result = build(Workspace(ROOT), request.param, tmp_path_factory.mktemp("build"))
    assert [str(item.message) for item in result.diagnostics] == []
    return result


def of(result: Result, suffix: str) -> Path:
    return next(path for path in result.outputs if path.suffix == suffix)


def test_the_real_reports_are_all_there() -> None:
    assert NAMES == ["丰台区金融办-2023", "丰台区金融办-2024"]


@pytest.mark.libreoffice
@pytest.mark.skipif(texts.SOFFICE is None, reason="没有安装 LibreOffice")
def test_both_outputs_say_the_same(built: Result, tmp_path: Path) -> None:
    docx = texts.docx_text(of(built, ".docx"), tmp_path)
    html = texts.html_text(of(built, ".html"))
    if docx != html:
        matcher = difflib.SequenceMatcher(None, docx, html, autojunk=False)
        pytest.fail(
            "\n".join(
                f"{tag}: DOCX {docx[a:b]!r} HTML {html[c:d]!r} after {docx[max(0, a - 20) : a]!r}"
                for tag, a, b, c, d in matcher.get_opcodes()
                if tag != "equal"
            )[:2000]
        )
    assert len(html) > 1000
