"""`chengwen diff --to docx` of real reports: accepting every change gives the newer report, rejecting every one the older."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from compiler.comparison.folding import folded
from compiler.pipeline import compile_whole, write_whole
from compiler.workspace import Workspace
from tests.command_line import call
from tests.docx_lint import lint
from tests.docx_revisions import Job, contents, lines_of, run_office, settled
from tests.test_checks import copy_clean
from tests.test_manual import ROOT
from tests.texts import SOFFICE

OFFICE = "content/晴川区档案局"
SIDES = ("older", "newer")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Comparisons, and each of the two reports printed alone: NAME.docx, NAME.older.docx, NAME.newer.docx."""
    root = tmp_path_factory.mktemp("compared")
    copy_clean(root)
    pairs = {"两年": (root / OFFICE / "2023", root / OFFICE / "2024")}
    real = ROOT / "content" / "丰台区金融办"
    pairs["两种"] = (real / "2023", real / "2024")
    for name, (older, newer) in pairs.items():
        ran = call(["diff", str(older), str(newer), "--to", "docx", "-o", str(root / name)], root)
        assert ran.exit_code == 0, ran
        (made,) = (root / name).rglob("比较*.docx")
        made.rename(root / f"{name}.docx")
        for keep, report in zip(SIDES, (older, newer), strict=True):
            whole = compile_whole(Workspace.around(report), report)
            assert whole.document is not None and whole.style is not None
            out = BytesIO()
            write_whole(folded(whole.document), whole.style, "docx", out)
            (root / f"{name}.{keep}.docx").write_bytes(out.getvalue())
    return root


NAMES = ("两年", "两种")


@pytest.mark.parametrize("keep", SIDES)
@pytest.mark.parametrize("name", NAMES)
def test_on_the_xml(name: str, keep: str, folder: Path) -> None:
    data = (folder / f"{name}.docx").read_bytes()
    alone = (folder / f"{name}.{keep}.docx").read_bytes()
    assert [each for each in contents(settled(data, keep)) if each] == [  # type: ignore[arg-type]
        each for each in contents(alone) if each
    ]


@pytest.mark.validator
@pytest.mark.parametrize("name", NAMES)
def test_the_validators_find_nothing(name: str, folder: Path) -> None:
    pytest.importorskip("openxml_audit", reason="没有安装 openxml-audit：pip install -e '.[dev]'")
    from tests.docx_audit import audit

    path = folder / f"{name}.docx"
    assert lint(path) == []
    assert audit(path) == []


@pytest.mark.libreoffice
@pytest.mark.skipif(not SOFFICE, reason="没有安装 LibreOffice")
def test_in_libreoffice(folder: Path) -> None:
    jobs = []
    for name in NAMES:
        for keep in SIDES:
            jobs.append(Job(f"{name}.docx", keep, f"{name}.{keep}.settled.txt"))  # type: ignore[arg-type]
            jobs.append(Job(f"{name}.{keep}.docx", "", f"{name}.{keep}.txt"))
    run_office(folder, jobs)
    for name in NAMES:
        told = {}
        for keep in SIDES:
            told[keep] = lines_of(folder / f"{name}.{keep}.txt")
            assert lines_of(folder / f"{name}.{keep}.settled.txt") == told[keep], (name, keep)
            assert len(told[keep]) > 50
        assert told["older"] != told["newer"]
