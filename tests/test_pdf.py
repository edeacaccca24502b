"""The PDF: an archival one that says what the other outputs say, or none and nothing is touched."""

from __future__ import annotations

import errno
import html
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader, PdfWriter

from compiler.pdf import NO_OFFICE, PdfError, PdfMade, convert, find_office, fonts, office
from compiler.pipeline import Result, build
from compiler.workspace import Workspace
from tests import overlay
from tests.command_line import Ran, call, tree_bytes
from tests.texts import SOFFICE, squeezed

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "content" / "丰台区金融办" / "2023"
STYLE = "templates/绩效报告/style.yaml"

needs_office = pytest.mark.libreoffice
without_office = pytest.mark.skipif(SOFFICE is None, reason="没有安装 LibreOffice")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The real report in all formats, in a folder whose name has Chinese and a space."""
    folder = tmp_path_factory.mktemp("build") / "新 稿"
    return build(Workspace(ROOT), REPORT, folder, ("docx", "html", "pdf"))


def of(result: Result, suffix: str) -> Path:
    return next(path for path in result.outputs if path.suffix == suffix)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files are made, with a name in Chinese; nothing may be left in it."""
    folder = tmp_path / "临时 文件"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


# The real report -------------------------------------------------------------------------


@needs_office
@without_office
def test_it_claims_to_be_archival(built: Result) -> None:
    with pikepdf.open(of(built, ".pdf")) as pdf:
        assert pdf.check_pdf_syntax() == []
        with pdf.open_metadata() as said:
            assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("2", "B")
            assert said["dc:title"] == pdf.docinfo["/Title"] == "区金融办整体绩效评价报告"
        assert [item.S for item in pdf.Root.OutputIntents] == ["/GTS_PDFA1"]
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.StructTreeRoot.K
        assert pdf.Root.Lang == "zh-CN"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert not pdf.is_encrypted
        assert "/Encrypt" not in pdf.trailer
        kinds = {str(item.get("/S")) for item in pdf.objects if isinstance(item, pikepdf.Dictionary)}
        assert kinds.isdisjoint({"/JavaScript", "/Launch", "/SubmitForm"})


@needs_office
@without_office
def test_every_property_in_its_metadata_is_one_that_pdf_a_knows(built: Result) -> None:
    """ISO 19005-2, 6.6.2.3: predefined, or described beside; veraPDF holds PDF/UA's claim against a file."""
    with pikepdf.open(of(built, ".pdf")) as pdf:
        said = pdf.Root.Metadata.read_bytes().decode()
    spaces = set(re.findall(r'xmlns:\w+="([^"]+)"', said))
    assert spaces == {
        "adobe:ns:meta/",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "http://www.aiim.org/pdfa/ns/id/",
        "http://purl.org/dc/elements/1.1/",
        "http://ns.adobe.com/pdf/1.3/",
        "http://ns.adobe.com/xap/1.0/",
    }


@needs_office
@without_office
def test_every_font_is_in_it(built: Result) -> None:
    with pikepdf.open(of(built, ".pdf")) as pdf:
        found = [
            item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontDescriptor" in item
        ]
        names = {str(font.BaseFont).split("+")[1] for font in found}
        for font in found:
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys())
            assert "/ToUnicode" in font
    assert built.pdf
    assert built.pdf.fonts == tuple(sorted(names))
    assert built.pdf.not_embedded == ()


@needs_office
@without_office
def test_it_says_what_the_page_says(built: Result) -> None:
    page = of(built, ".html").read_text(encoding="utf-8")
    main = re.sub(r"(?s)<nav.*?</nav>", "", page[page.index("<main") : page.index("</main>")])
    printed = squeezed(
        "".join(
            re.sub(r"— ?\d+ ?—", "", piece.extract_text()) for piece in PdfReader(of(built, ".pdf")).pages
        )
    )
    pieces = [
        words
        for piece in re.split(
            r"</?(?:p|h\d|t[dhr]|caption|figcaption|li|div|section|table)\b[^>]*>|<br>", main
        )
        if (words := squeezed(html.unescape(re.sub(r"<[^>]*>", "", piece))))
    ]
    assert len(pieces) > 200
    assert [words for words in pieces if not _is_printed(words, printed)] == []


def _is_printed(words: str, printed: str) -> bool:
    """Whether the words are there; a cell may go on at the next page, behind the rest of its row."""
    return words in printed or any(
        words[:at] in printed and words[at:] in printed for at in range(8, len(words) - 8)
    )


@needs_office
@without_office
def test_its_outline_has_the_headings(built: Result) -> None:
    page = of(built, ".html").read_text(encoding="utf-8")
    headings = [
        squeezed(html.unescape(re.sub(r"<[^>]*>", "", words)))
        for words in re.findall(r"(?s)<h[2-6][^>]*>(.*?)</h[2-6]>", page)
    ]
    reader = PdfReader(of(built, ".pdf"))

    def titles(items: list[object]) -> Iterator[str]:
        for item in items:
            if isinstance(item, list):
                yield from titles(item)
            else:
                yield squeezed(str(item.title))  # type: ignore[attr-defined]

    outline = list(titles(list(reader.outline)))
    assert len(outline) > 30
    assert [title for title in outline if title not in headings] == []


@needs_office
@without_office
def test_what_was_made_is_told(built: Result) -> None:
    assert built.pdf
    assert re.fullmatch(r"LibreOffice \d+\.\d+[\d.]*", built.pdf.office)
    assert built.pdf.pages == len(PdfReader(of(built, ".pdf")).pages) > 10
    assert built.pdf.asked == (
        "Times New Roman",
        "仿宋_GB2312",
        "宋体",
        "方正小标宋简体",
        "楷体_GB2312",
        "黑体",
    )
    assert {item.asked for item in built.pdf.substitutes} <= set(built.pdf.asked)


@needs_office
@without_office
def test_the_same_document_gives_the_same_bytes(built: Result, tmp_path: Path, temporary: Path) -> None:
    time.sleep(1.1)  # another second on the clock
    convert(of(built, ".docx"), tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == of(built, ".pdf").read_bytes()


# The command -----------------------------------------------------------------------------


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    overlay.copy_sample(root)
    return root


@needs_office
@without_office
def test_the_pdf_alone(workspace: Path, temporary: Path) -> None:
    """The DOCX it is printed from is not among the outputs."""
    ran = call(["build", "--to", "pdf"], workspace)
    assert (ran.exit_code, ran.err) == (0, "")
    made = {Path(name).name for name in tree_bytes(workspace / "build")}
    assert made == {"绩效报告.pdf", "trace.json"}


def use_typefaces(workspace: Path, name: str) -> None:
    """Let the sample ask for one typeface only, Latin letters in it as well."""
    style = workspace / STYLE
    text = style.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^  仿宋_GB2312: .*\n  黑体: .*$", f"  {name}: {{替代: [], 西文: {name}}}", text)
    style.write_text(re.sub(r"字体: ?(?:仿宋_GB2312|黑体)", f"字体: {name}", text), encoding="utf-8")


@needs_office
@without_office
def test_a_typeface_that_is_not_there_is_told(workspace: Path, temporary: Path) -> None:
    use_typefaces(workspace, "没有这种字体")
    ran = call(["build", "--to", "pdf"], workspace)
    assert ran.exit_code == 0
    told = [line for line in ran.out.splitlines() if "替代字体" in line]
    assert len(told) == 1
    assert re.fullmatch(
        r"  PDF 用了替代字体：没有这种字体 → .+。要与 Word 里一样，在这台电脑上装上箭头前面的字体。", told[0]
    )


@needs_office
@without_office
@pytest.mark.parametrize("name", ["Noto Sans CJK SC", "Noto Sans Mono CJK SC"])
def test_a_typeface_that_is_there_is_not_told(name: str, workspace: Path, temporary: Path) -> None:
    """One that the table has, and one that it does not have."""
    use_typefaces(workspace, name)
    ran = call(["build", "--to", "pdf"], workspace)
    assert ran.exit_code == 0
    assert "字体" not in ran.out


@needs_office
@without_office
def test_a_character_that_a_typeface_does_not_have_is_told(tmp_path: Path, built: Result) -> None:
    asked = {"DejaVu Sans": "A一", "Noto Sans CJK SC": "一二"}
    fonts.write_specimen(of(built, ".docx"), asked, tmp_path / "specimen.docx")
    program = find_office()
    assert program
    office.print_files(program, tmp_path, ("specimen.docx",), 60)
    (found,) = fonts.substitutions(asked, PdfReader(tmp_path / "specimen.pdf"))
    assert (found.asked, found.partly) == ("DejaVu Sans", True)
    assert len(found.instead) == 1


@needs_office
@without_office
def test_a_pdf_that_a_reader_holds_open(
    workspace: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All the outputs stay as they are, those too that could have been replaced."""
    assert call(["build", "--to", "docx,html,pdf"], workspace).exit_code == 0
    budget = workspace / overlay.REPORT / "data" / "budget.yaml"
    budget.write_text(budget.read_text(encoding="utf-8").replace("349.99", "349.5"), encoding="utf-8")
    before = tree_bytes(workspace)
    real = os.replace

    def refuse(source: Path, target: Path) -> None:
        if str(target).endswith(".pdf") and not str(source).endswith(".old"):
            raise PermissionError(errno.EACCES, "denied")
        real(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    ran = call(["build", "--to", "docx,html,pdf"], workspace)
    assert (ran.exit_code, ran.out) == (1, "")
    assert "“绩效报告.pdf”不让改写，没有写入，原来的文件没有改动。" in ran.err
    assert tree_bytes(workspace) == before


# A program that is missing, or does not do its work --------------------------------------


def test_a_missing_program_is_told_before_anything_is_compiled(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(workspace))
    monkeypatch.setattr(office, "_usual_places", list)
    (workspace / overlay.REPORT / "report.yaml").write_text("写错了", encoding="utf-8")
    before = tree_bytes(workspace)
    assert call(["build", "--to", "docx,pdf"], workspace) == Ran(1, "", NO_OFFICE + "\n")
    assert tree_bytes(workspace) == before
    assert "DOCX" not in NO_OFFICE and "Word" in NO_OFFICE and "PDF/A" in NO_OFFICE


def test_it_is_found_where_its_installer_puts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "LibreOffice" / "program" / "soffice.com"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setattr(office.shutil, "which", lambda name: None)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("ProgramFiles", str(tmp_path))
    assert find_office() == program


_ARGUMENTS = """
for last; do [ "$previous" = --outdir ] && out=$last; previous=$last; done
"""
_WRITE = 'for name in report specimen; do cp "$(dirname "$0")/$1" "$out/$name.pdf"; done\n'


def pretend(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program in LibreOffice's place."""
    folder.mkdir()
    program = folder / "soffice"
    program.write_text(f"#!/bin/bash\n{_ARGUMENTS}{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


needs_bash = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts in the place of LibreOffice")


@needs_bash
@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("exit 0", "没有写出什么"),
        ('echo "%PDF-1.6" > "$out/report.pdf"', "没有写出什么"),
        ("exit 77", "中途出错停了（代码 77）"),
        ("kill -SEGV $$", "中途出错停了（代码 -11）"),
        ('rm -rf "$out"; exit 0', "没有写出什么"),
        (_WRITE.replace("$1", "words"), "写出的不是 PDF，没有用它"),
        (_WRITE.replace("$1", "half.pdf"), "读不出来"),
        (_WRITE.replace("$1", "plain.pdf"), "不是 PDF/A-2b"),
    ],
    ids=["nothing", "one of two", "error", "crash", "no folder", "words", "half", "no PDF/A"],
)
def test_a_program_that_fails(
    script: str, told: str, workspace: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clear line, and the last good outputs stay as they are."""
    assert call(["build"], workspace).exit_code == 0
    (workspace / "build" / "示例局" / "2024" / "draft" / "绩效报告.pdf").write_bytes(b"the last good one")
    budget = workspace / overlay.REPORT / "data" / "budget.yaml"
    budget.write_text(budget.read_text(encoding="utf-8").replace("349.99", "349.5"), encoding="utf-8")
    folder = workspace.parent / "程 序"
    pretend(folder, script, monkeypatch)
    (folder / "words").write_text("不是 PDF", encoding="utf-8")
    writer = PdfWriter()
    for _ in range(2):
        writer.add_blank_page(100, 100)
    writer.write(folder / "plain.pdf")
    (folder / "half.pdf").write_bytes((folder / "plain.pdf").read_bytes()[:200])
    before = tree_bytes(workspace)
    ran = call(["build", "--to", "docx,html,pdf"], workspace)
    assert (ran.exit_code, ran.out) == (1, "")
    assert told in ran.err
    assert ran.err.endswith("这一份没有写出，原来的文件没有改动。\n")
    assert len(ran.err.splitlines()) == 1
    assert tree_bytes(workspace) == before


@needs_bash
def test_a_program_that_hangs_is_stopped_with_all_that_it_started(
    workspace: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(["build"], workspace).exit_code == 0
    docx = workspace / "build" / "示例局" / "2024" / "draft" / "绩效报告.docx"
    folder = workspace.parent / "bin"
    pretend(folder, f'sleep 60 & echo $! > "{folder}/child"; wait', monkeypatch)
    start = time.monotonic()
    with pytest.raises(PdfError, match="LibreOffice 排了 1 秒还没有排完，已经停掉。"):
        convert(docx, workspace / "out.pdf", seconds=1)
    assert time.monotonic() - start < 10
    assert not (workspace / "out.pdf").exists()
    assert not is_running(int((folder / "child").read_text()))


@needs_bash
def test_an_interrupt_stops_it(workspace: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = workspace.parent / "bin"
    pretend(folder, f'echo $$ > "{folder}/itself"; sleep 60', monkeypatch)

    def interrupt(self: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        while not (folder / "itself").exists():
            time.sleep(0.01)
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(subprocess.Popen, "wait", interrupt)
    ran = call(["build", "--to", "pdf"], workspace)
    assert (ran.exit_code, ran.err.strip()) == (1, "已中断，原来的文件没有改动。")
    assert not (workspace / "build").exists()
    assert not is_running(int((folder / "itself").read_text()))


def is_running(number: int) -> bool:
    """Whether a process is there and is not just waiting for its end to be noticed."""
    for _ in range(50):
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return False
        state = Path(f"/proc/{number}/stat")
        if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        time.sleep(0.1)
    return True


# The typefaces ---------------------------------------------------------------------------


def test_what_a_document_asks_for_is_what_it_prints(tmp_path: Path) -> None:
    """Not what its styles could set: nothing is emphasised here, and no letter stands in a table."""
    root = tmp_path / "root"
    overlay.copy_sample(root)
    assert call(["build", "--to", "docx"], root).exit_code == 0
    asked = fonts.asked_typefaces(next(root.rglob("绩效报告.docx")))
    assert list(asked) == ["Times New Roman", "仿宋_GB2312", "黑体"]
    assert "绩" in asked["黑体"]
    assert set(asked["Times New Roman"]) >= set("2024")
    assert not set(asked["Times New Roman"]) & set(asked["黑体"])


@pytest.mark.parametrize(
    ("font", "family"),
    [
        ("SimSun", "宋体"),
        ("FZXBSJW--GB1-0", "方正小标宋简体"),
        ("FangSong_GB2312", "仿宋_GB2312"),
        ("FangSong", "仿宋"),
        ("TimesNewRomanPS-BoldMT", "Times New Roman"),
        ("TimesNewRomanPSMT", "Times New Roman"),
        ("SimHei,Bold", "黑体"),
        ("NotoSansCJKjp-Regular-VKana", "Noto Sans CJK SC"),
        ("HYXiaoBiaoSong-Bold", "HYXiaoBiaoSong"),
    ],
)
def test_a_font_is_called_by_its_family(font: str, family: str) -> None:
    assert fonts.family_of(font) == family


def test_what_is_not_in_the_pdf_is_told(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from compiler.cli_output import tell_built

    made = PdfMade(
        "LibreOffice 7.4",
        3,
        ("FZXBSJW--GB1-0",),
        ("FZXBSJW--GB1-0",),
        ("宋体", "方正小标宋简体", "黑体"),
        (
            fonts.Substitution("方正小标宋简体", ("宋体",), True),
            fonts.Substitution("黑体", ("微软雅黑",), False),
            fonts.Substitution("楷体", ("微软雅黑",), False),
        ),
    )
    result = build(Workspace.around(workspace / overlay.REPORT), workspace / overlay.REPORT, None)
    tell_built(result._replace(pdf=made), False, False)
    said = capsys.readouterr().out
    assert "  PDF 用了替代字体：方正小标宋简体（个别字） → 宋体；黑体、楷体 → 微软雅黑。" in said
    assert "  PDF 里没有放进这些字体：FZXBSJW--GB1-0。" in said
