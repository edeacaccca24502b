"""The jobs themselves, each as the command of the same name does it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from compiler.editor.server.jobs import Done, Work
from compiler.editor.server.refusals import Refused
from compiler.gate import is_clean
from compiler.inputs import Progress
from compiler.pipeline import build, compile_whole, draft_folder
from compiler.publishing import staging
from compiler.workspace import Workspace

if TYPE_CHECKING:
    from compiler.pipeline import Result

FORMATS = ("docx", "html", "pdf")
"""What a report is written as."""


def building(folder: Path, formats: tuple[str, ...]) -> Work:
    """Build the report and publish it under build/. Raises `Refused` for a PDF that this machine cannot print."""
    _can_print(formats)

    def work(progress: Progress) -> Done:
        from compiler.diagnostics import counts

        workspace = Workspace.around(folder)
        result = build(workspace, folder, workspace.root / "build", formats, progress=progress)
        if not result.outputs:
            return Done(f"没有写出：{counts(result.diagnostics)}。改好下面列出的再生成。", sound=False)
        said = [f"已生成，填入数据 {result.figures} 处"]
        if result.is_open:
            said.append(f"草稿没有填完：{result.unfinished}")
        if found := counts(result.findings):
            said.append(f"检查查出{found}")
        return Done("。".join(said) + "。" + _typefaces(result), _for_people(result.outputs))

    return work


def check_reporting(folder: Path) -> Work:
    """Write the 检查报告 beside the drafts."""

    def work(progress: Progress) -> Done:
        from compiler.check_report import NAME, check_report
        from compiler.diagnostics import counts

        workspace = Workspace.around(folder)
        result = build(workspace, folder, None, (), progress=progress)
        text = check_report(result, folder, workspace.today())
        with staging(draft_folder(workspace.root / "build", folder)) as place:
            place.open(NAME).write(text.encode())
            paths = place.publish()
        said = counts(*result.sinks)
        return Done(f"检查报告已写好：{said or '没有查出问题'}。", tuple(paths))

    return work


def comparing(folder: Path, number: int) -> Work:
    """Compare a version with the report as it is, as a page and a document with tracked changes."""

    def work(progress: Progress) -> Done:
        from compiler.archive.history import chosen, read_history
        from compiler.archive.layout import archive_of
        from compiler.editions import as_frozen, as_it_is, compared, write_comparison

        workspace = Workspace.around(folder)
        out = workspace.root / "build"
        older = as_frozen(chosen(read_history(archive_of(folder, out)), number))
        newer = as_it_is(workspace, folder)
        sides = [
            (side, compile_whole(side.workspace, side.folder, progress=progress)) for side in (older, newer)
        ]
        for side, whole in sides:
            if whole.document is None:
                return Done(f"{side.name}里有错，编不成，没有比较。", sound=False)
        comparison = compared(sides[0], sides[1])
        paths = write_comparison(comparison, sides[1], ("html", "docx"), out)
        return Done(f"{older.name}与{newer.name}已比较。", tuple(paths))

    return work


def freezing(folder: Path, note: str, formats: tuple[str, ...]) -> Work:
    """Freeze the report as its next version. Raises `Refused` when the note is none."""
    from compiler.archive.making import LONGEST_MESSAGE, LONGEST_NAME, login_name, now

    _can_print(formats)
    words = " ".join(note.split())
    if not any(map(str.isalnum, words)):
        raise Refused(422, "要写几个字，说明这一版是做什么的。", "例如：报区财政局。")
    if len(words) > LONGEST_MESSAGE or not is_clean(words):
        raise Refused(
            422,
            f"说明最多 {LONGEST_MESSAGE} 个字，要能印在一页的发布单上。",
            "写短一些；从别处粘贴来的，重新打一遍。",
        )

    def work(progress: Progress) -> Done:
        from compiler.archive.freeze import freeze
        from compiler.archive.layout import CONTENT, DOCUMENTS, SLIPS
        from compiler.archive.record import Made
        from compiler.diagnostics import counts

        workspace = Workspace.around(folder)
        made = Made(login_name()[:LONGEST_NAME], now(), words)
        frozen = freeze(
            workspace,
            folder,
            workspace.root / "build",
            made,
            formats,
            progress=progress,
            tell_waiting=lambda: progress("另一个程序正在归档这份报告，等它做完", 0, 1),
        )
        result = frozen.result
        if frozen.folder is None:
            if result.is_open:
                return Done(
                    f"没有冻结：草稿没有填完，{result.unfinished}。填完、更新完才能冻结。", sound=False
                )
            said = counts(result.diagnostics) or counts(result.findings)
            return Done(f"没有冻结：{said}。错误要先改正，或者由管报告的人写明理由放行。", sound=False)
        said = f"已冻结为第{frozen.version}版。" + _typefaces(result)
        if frozen.same_as is not None:
            said += f"写出的文件与第{frozen.same_as}版一样，没有改动。"
        if frozen.earlier:
            said += f"以前的版查出 {frozen.earlier} 处与归档时不同，请管归档的人核对。"
        if frozen.unfinished:
            said += f"但最后一步（总清单）没有做完：{frozen.unfinished}。下一次冻结会补上。"
        documents = sorted((frozen.folder / CONTENT / DOCUMENTS).iterdir())
        return Done(said, (frozen.folder / CONTENT / SLIPS[0], *_for_people(documents)))

    return work


def _can_print(formats: tuple[str, ...]) -> None:
    if not formats:
        raise Refused(422, "至少选一种格式。")
    if "pdf" in formats:
        from compiler.pdf import find_office

        if find_office() is None:
            raise Refused(
                422,
                "要写出 PDF，这台电脑上得装有 LibreOffice，没有找到。",
                "请单位的信息部门装上；等不及的，用 Word 或 WPS 打开 Word 文件，另存为 PDF。",
            )


def _for_people(paths: tuple[Path, ...] | list[Path]) -> tuple[Path, ...]:
    """The documents, without what programs read."""
    return tuple(path for path in paths if path.suffix != ".json")


def _typefaces(result: Result) -> str:
    """That the PDF has other typefaces than asked for."""
    if result.pdf is None:
        return ""
    asked = "、".join(sorted({item.asked for item in result.pdf.substitutes}))
    told = f"PDF 里这些字体用了替代的：{asked}。" if asked else ""
    if result.pdf.not_embedded:
        told += f"PDF 里没有放进这些字体：{'、'.join(result.pdf.not_embedded)}，不能归档。"
    return told
