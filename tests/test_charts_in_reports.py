"""Charts in a report: in each output, in the trace, in the preview, and what becomes of them where they cannot be drawn."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from compiler.archive.rebuild import charts_drawn_with
from compiler.charts import drawing, fonts
from compiler.charts.program import ChartData
from compiler.diagnostics import Code, render
from compiler.editor.preview import Preview
from compiler.pipeline import build, compile_whole
from compiler.tree import Chart, Table
from compiler.workspace import Workspace
from tests import overlay
from tests.archive_samples import freeze, writable_again
from tests.charts_drawn import drawing_library
from tests.command_line import call
from tests.docx_lint import lint
from tests.html_checks import programs
from tests.html_checks.structure import problems
from tests.test_checks import copy_clean

ROOT = Path(__file__).parents[1]
REAL = Path("content/丰台区金融办/2023")
TEMPLATE = Path("templates/整体绩效评价报告")

matplotlib = drawing_library()


@pytest.fixture
def placed(tmp_path: Path) -> Path:
    """The real report, with both charts that come with its template."""
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    outline = tmp_path / TEMPLATE / "outline.yaml"
    text = outline.read_text(encoding="utf-8")
    projects = '      - {逐项: 项目, 题: "{{ 本项.名称 }}", 叙述: projects, 级: 3}\n'
    score = "{题: 评价得分情况, 叙述: 评价得分}"
    assert projects in text
    assert score in text
    text = text.replace(projects, f"{projects}      - {{图: 项目预算与支出, id: 项目图}}\n")
    outline.write_text(text.replace(score, f"{score[:-1]}, 图: 各部分得分}}"), encoding="utf-8")
    prose = tmp_path / REAL / "narrative" / "措施建议.md"
    prose.write_text(prose.read_text(encoding="utf-8") + "\n各项目见[](#项目图)。\n", encoding="utf-8")
    return tmp_path


def test_a_report_without_projects_has_no_chart_of_them(placed: Path, tmp_path: Path) -> None:
    """The chart is left out, and the next is 图1."""
    shutil.rmtree(placed / REAL / "data" / "projects")
    shutil.rmtree(placed / REAL / "narrative" / "projects")
    prose = placed / REAL / "narrative" / "措施建议.md"
    prose.write_text("一句话。\n", encoding="utf-8")
    result = build(Workspace(placed), placed / REAL, tmp_path / "out", ("html",))
    assert [item.message for item in result.diagnostics if item.code is Code.CHART] == []
    page = next(path for path in result.outputs if path.suffix == ".html").read_text(encoding="utf-8")
    assert page.count("<img ") == 1
    assert "图1" in page
    assert "图2" not in page


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_both_outputs_have_the_same_picture(placed: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    import re
    from base64 import b64decode

    out = tmp_path_factory.mktemp("out")
    result = build(Workspace(placed), placed / REAL, out)
    assert list(result.diagnostics) == []
    by_suffix = {path.suffix: path for path in result.outputs}
    page = by_suffix[".html"].read_text(encoding="utf-8")
    assert problems(page) == []
    assert lint(by_suffix[".docx"]) == []
    parts = members(by_suffix[".docx"])
    in_word = [parts[name] for name in sorted(parts) if name.startswith("word/media/")]
    in_page = [b64decode(found) for found in re.findall(r"data:image/png;base64,([^\"]+)", page)]
    assert in_word == in_page
    assert len(in_page) == 2
    assert ">图1\u3000" in page or "<figcaption>图1" in page
    assert page.count("<details ") == 1, "the few scores are all in the words for the picture"
    body = parts["word/document.xml"].decode()
    assert body.count("SEQ 图") == 2
    assert (
        'descr="条形图：2023年各项目预算与支出。2023年金融机构优惠政策兑现资金：全年预算数4501.07万元，'
        in body
    )
    assert '各项目见<a href="#pic1">图1</a>。' in page
    again = build(Workspace(placed), placed / REAL, tmp_path_factory.mktemp("again"))
    for path in again.outputs:
        assert path.read_bytes() == by_suffix[path.suffix].read_bytes()


def test_the_trace_tells_every_figure_and_the_typeface(placed: Path, tmp_path: Path) -> None:
    result = build(Workspace(placed), placed / REAL, tmp_path / "out")
    path = next(path for path in result.outputs if path.suffix == ".json")
    trace = json.loads(path.read_text(encoding="utf-8"))
    of_chart = [entry for entry in trace["figures"] if entry.get("picture") == "图1"]
    assert len(of_chart) == 1 + 10 * 2
    assert of_chart[1]["text"] == "4501.07万元"
    assert of_chart[1]["from"][0]["source"].startswith("data/projects/01-")
    assert len(of_chart[-1]["from"]) > 5, "the sum of the others tells each"
    assert trace["charts"]["library"] == f"matplotlib {matplotlib.__version__}"
    assert charts_drawn_with(path) == trace["charts"]
    assert len(trace["charts"]["font_sha256"]) == 64


def test_charts_of_reports_that_differ(placed: Path) -> None:
    """Charts are compared by what they show."""
    before = compile_whole(Workspace(placed), placed / REAL)
    score = placed / REAL / "data" / "scorecard.yaml"
    score.write_text(score.read_text(encoding="utf-8").replace("得分: 19\n", "得分: 18\n"), encoding="utf-8")
    after = compile_whole(Workspace(placed), placed / REAL)
    assert before.document is not None
    assert after.document is not None
    charts = [
        [block for part in whole.document.parts for block in part.blocks if isinstance(block, Chart)]
        for whole in (before, after)
        if whole.document
    ]
    from compiler.comparison.fingerprints import fingerprint

    assert [fingerprint(a) == fingerprint(b) for a, b in zip(*charts, strict=True)] == [True, False]


def test_the_preview_shows_and_keeps_the_drawing(placed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drawing is made again only when what it shows is another."""
    from compiler.passes import charts

    drawn: list[ChartData] = []

    def counted(data: ChartData) -> drawing.Drawn:
        drawn.append(data)
        return drawing.draw(data)

    monkeypatch.setattr(charts, "draw", counted)
    preview = Preview(placed, placed / REAL)
    page = preview.compile()
    html = "".join(section.html for section in page.sections)
    assert html.count("data:image/png") == 2
    assert [each.shape for each in drawn] == ["bar", "column"]
    prose = placed / REAL / "narrative" / "措施建议.md"
    prose.write_text("另一句话。\n", encoding="utf-8")
    preview.compile()
    assert len(drawn) == 2
    budget = placed / REAL / "data" / "projects" / "02-第一批金融机构奖励.yaml"
    budget.write_text(
        budget.read_text(encoding="utf-8").replace("全年执行数: 4070", "全年执行数: 4069"), encoding="utf-8"
    )
    preview.compile()
    assert [each.shape for each in drawn[2:]] == ["bar"]


# Where it cannot be drawn -----------------------------------------------------------------


def _told(placed: Path, out: Path) -> tuple[list[str], str]:
    result = build(Workspace(placed), placed / REAL, out)
    assert result.outputs
    page = next(path for path in result.outputs if path.suffix == ".html").read_text(encoding="utf-8")
    assert lint(next(path for path in result.outputs if path.suffix == ".docx")) == []
    assert problems(page) == []
    assert {item.code for item in result.diagnostics} == {Code.CHART_NOT_DRAWN}
    assert not result.diagnostics.has_errors
    return [item.message + item.hint for item in result.diagnostics], page


def test_without_a_typeface_there_is_a_table(
    placed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "folders", lambda: (str(tmp_path / "nowhere"),))
    said, page = _told(placed, tmp_path / "out")
    assert len(said) == 2
    assert "思源黑体" in said[0]
    assert "<img" not in page
    assert "<caption>图1\u30002023年各项目预算与支出</caption>" in page
    assert '各项目见<a href="#pic1">图1</a>。' in page
    whole = compile_whole(Workspace(placed), placed / REAL)
    assert whole.document
    tables = [
        b for p in whole.document.parts for b in p.blocks if isinstance(b, Table) and b.number[:1] == "图"
    ]
    assert [table.number for table in tables] == ["图1", "图2"]


def test_without_the_library_there_is_a_table(
    placed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    drawing._tools.cache_clear()
    said, page = _told(placed, tmp_path / "out")
    drawing._tools.cache_clear()
    assert "matplotlib" in said[0]
    assert "pip install 'chengwen[charts]'" in said[0]
    assert "<img" not in page


def test_a_typeface_that_is_broken_is_named(
    placed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "msyh.ttc").write_bytes(b"not a font")
    monkeypatch.setattr(drawing, "folders", lambda: (str(tmp_path / "fonts"),))
    said, _ = _told(placed, tmp_path / "out")
    assert "msyh.ttc" in said[0]


def test_the_first_typeface_of_the_list_is_taken(tmp_path: Path) -> None:
    for name in ("simsun.ttc", "msyh.ttc", "wqy-zenhei.ttc"):
        (tmp_path / name).write_bytes(b"")
    assert fonts.find_typeface((str(tmp_path),)).family == "微软雅黑"


def test_a_report_without_charts_imports_nothing_for_them(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from compiler.pipeline import build; from compiler.workspace import Workspace\n"
        f"root = Path({str(ROOT)!r}); build(Workspace(root), root / {REAL.as_posix()!r}, Path(sys.argv[1]))\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('matplotlib', 'numpy', 'PIL') or name.startswith('compiler.charts')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_check_draws_nothing(placed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from compiler.passes import charts

    def never(data: ChartData) -> drawing.Drawn:
        raise AssertionError("drawn")

    monkeypatch.setattr(charts, "draw", never)
    assert build(Workspace(placed), placed / REAL, None).figures > 300


def test_rebuilding_with_another_typeface_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same it comes out the same; with another the reason is told."""
    try:
        copy_clean(tmp_path)
        outline = tmp_path / TEMPLATE / "outline.yaml"
        text = outline.read_text(encoding="utf-8")
        outline.write_text(
            text.replace("叙述: 评价得分}", "叙述: 评价得分, 图: 各部分得分}"), encoding="utf-8"
        )
        assert freeze(tmp_path, "初稿").exit_code == 0
        assert call(["verify", "--rebuild"], tmp_path).exit_code == 0
        here = fonts.find_typeface(fonts.folders())
        monkeypatch.setattr(drawing, "find_typeface", lambda places: here._replace(family="另一种", face=0))
        ran = call(["verify", "--rebuild"], tmp_path)
        assert ran.exit_code == 1
        assert f"图里的字体{here.family}（" in ran.out, ran.out
        assert "现在是另一种（" in ran.out
    finally:
        writable_again(tmp_path)


@pytest.fixture
def page(placed: Path, tmp_path: Path) -> Path:
    """The report as a page, the table of the data unfolded."""
    result = build(Workspace(placed), placed / REAL, tmp_path / "out", ("html",))
    found = next(path for path in result.outputs if path.suffix == ".html")
    text = found.read_text(encoding="utf-8")
    assert "<details " in text
    found.write_text(text.replace("<details ", "<details open "), encoding="utf-8")
    return found


@pytest.mark.htmlcheck
@pytest.mark.skipif(bool(programs.NO_HTML_VALIDATE), reason=programs.NO_HTML_VALIDATE)
def test_html_validate(page: Path) -> None:
    assert programs.html_validate([page]) == []


@pytest.mark.htmlcheck
@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_AXE), reason=programs.NO_AXE)
@pytest.mark.parametrize("width", [1280, 500])
def test_axe(page: Path, tmp_path: Path, width: int) -> None:
    assert programs.axe(page, tmp_path, width) == []


@pytest.mark.validator
def test_the_validator_finds_nothing(placed: Path, tmp_path: Path) -> None:
    pytest.importorskip("openxml_audit", reason="没有安装 openxml-audit：pip install -e '.[dev]'")
    from tests.docx_audit import audit

    assert audit(build(Workspace(placed), placed / REAL, tmp_path / "out", ("docx",)).outputs[0]) == []


def test_a_chart_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A chart that the outline names and nobody wrote is told, with those that there are."""
    overlay.copy_sample(tmp_path)
    outline = tmp_path / "templates" / "绩效报告" / "outline.yaml"
    text = outline.read_text(encoding="utf-8")
    outline.write_text(text.replace("叙述: 概况}", "叙述: 概况, 图: 没有的图}"), encoding="utf-8")
    said = [render(item) for item in build(Workspace(tmp_path), tmp_path / overlay.REPORT, None).diagnostics]
    assert any("没有叫“没有的图”的图" in each and "charts 里还没有图" in each for each in said), said
