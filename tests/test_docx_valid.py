"""Nothing in a DOCX file makes Word ask a question: two tools that look for different things find nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.pipeline import build
from compiler.workspace import Workspace
from compiler.writers.docx import make_reference
from compiler.writers.docx.package import reference_parts
from tests.docx_documents import DOCUMENTS
from tests.docx_lint import lint
from tests.docx_samples import style, write

ROOT = Path(__file__).parents[1]
REPORTS = {
    f"{path.parents[1].name}-{path.parent.name}": path.parent
    for path in sorted((ROOT / "content").glob("*/*/report.yaml"))
}
FORM_STYLE = style("项目支出绩效自评表")


@pytest.fixture(scope="module", params=[*DOCUMENTS, *REPORTS])
def produced(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every document that is produced anywhere: made by hand, and the real reports."""
    folder = tmp_path_factory.mktemp("produced")
    if request.param in REPORTS:
        return build(Workspace(ROOT), REPORTS[request.param], folder, ("docx",)).outputs[0]
    path = folder / "文档.docx"
    path.write_bytes(write(DOCUMENTS[request.param](), FORM_STYLE if request.param == "forms" else None))
    return path


def test_the_lint_finds_nothing(produced: Path) -> None:
    assert lint(produced) == []


@pytest.mark.validator
def test_the_validator_finds_nothing(produced: Path) -> None:
    pytest.importorskip("openxml_audit", reason="没有安装 openxml-audit：pip install -e '.[dev]'")
    from tests.docx_audit import audit

    assert audit(produced) == []


def test_the_reference_document_is_what_its_script_makes() -> None:
    script = Path(make_reference.__file__)
    assert make_reference.build() == script.with_name("reference.json").read_text(encoding="utf-8")


def test_the_reference_document_is_minimal() -> None:
    names = set(reference_parts())
    assert names == {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/app.xml",
        "docProps/core.xml",
        "word/_rels/document.xml.rels",
        "word/document.xml",
        "word/fontTable.xml",
        "word/settings.xml",
        "word/styles.xml",
        "word/theme/theme1.xml",
    }
