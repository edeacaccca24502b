"""The rules of `chengwen check`: each on data that breaks it and on data that keeps it.

`tests/checked` is a department in which a strict auditor finds nothing. Each case in `cases/checks/CODE` changes
it (paths are relative to its report of 2024; `../2023/…` is last year's) and gives what that rule then says:
something in `fails-….case`, nothing in `passes-….case`.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from compiler.checks import CHECKS
from compiler.diagnostics import Code, render
from compiler.pipeline import Result, build
from compiler.workspace import Workspace
from tests import overlay
from tests.case_files import CASES, case_files, run_case

ROOT = Path(__file__).parents[1]
CLEAN = Path(__file__).parent / "checked" / "content"
REPORT = Path("content/晴川区档案局/2024")


def copy_clean(root: Path) -> None:
    """The clean department and the shipped templates, as a workspace.

    The shipped outline skips a level, as the report it was made for does (G004); the clean one does not.
    """
    shutil.copytree(CLEAN, root / "content")
    shutil.copytree(ROOT / "templates", root / "templates")
    outline = root / "templates" / "整体绩效评价报告" / "outline.yaml"
    text = outline.read_text(encoding="utf-8")
    outline.write_text(text.replace(", 级: 3}", "}"), encoding="utf-8", newline="\n")


def checked(root: Path, report: Path = REPORT) -> Result:
    """The report as `chengwen check` sees it; it has no compile errors."""
    result = build(Workspace.around(root / report), root / report, None)
    assert not result.diagnostics.has_errors, "\n".join(map(render, result.diagnostics))
    return result


def findings(root: Path, code: str, report: Path = REPORT) -> str:
    """What one rule says of a report, and what it offers to write."""
    return "".join(
        f"{render(item)}\n" + (f"  改成：{item.fix}\n" if item.fix else "")
        for item in checked(root, report).findings
        if item.code.value == code
    )


@pytest.mark.parametrize(
    "path", case_files("checks"), ids=lambda path: path.relative_to(CASES / "checks").as_posix()
)
def test_rule(path: Path, tmp_path: Path, accept: bool) -> None:
    code, kind = path.parent.name, path.stem.split("-")[0]
    assert code in {check.code.value for check in CHECKS}, f"no rule {code}"
    assert kind in ("fails", "passes"), f"{path.name}: call it fails-… or passes-…"

    def run(sections: dict[str, str]) -> str:
        copy_clean(tmp_path)
        overlay.apply(tmp_path, sections.items(), REPORT)
        said = findings(tmp_path, code)
        assert bool(said) == (kind == "fails"), said or f"{code} finds nothing"
        return said

    run_case(path, run, accept)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code.value)
def test_every_rule_has_both_fixtures(check: object) -> None:
    folder = CASES / "checks" / check.code.value
    for kind in ("fails", "passes"):
        assert list(folder.glob(f"{kind}*.case")), f"{folder} has no {kind}….case"


def test_rules_are_in_the_order_of_codes() -> None:
    order = [code.value for code in Code]
    assert [check.code.value for check in CHECKS] == sorted(
        (check.code.value for check in CHECKS), key=order.index
    )
    assert len({check.code for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code.value)
def test_every_rule_says_what_it_asks(check: object) -> None:
    for words, least in ((check.title, 4), (check.rule, 20), (check.mend, 10)):
        assert len(re.findall("[\u4e00-\u9fff]", words)) >= least, words
    assert re.search(r"〔\d{4}〕\d+号|GB/T \d+|[\u4e00-\u9fff]{4}", check.source), check.source
    assert not check.title.endswith("。")
    for words in (check.rule, check.mend):
        assert words.endswith("。"), words


def test_a_clean_department_has_no_findings(tmp_path: Path) -> None:
    copy_clean(tmp_path)
    result = checked(tmp_path)
    assert not len(result.diagnostics)
    assert "\n".join(map(render, result.findings)) == ""
