"""The prose of a report: each file read when the outline asks for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from compiler.diagnostics import Code, Diagnostics, nearest
from compiler.gaps import Gap, gaps_in_prose
from compiler.source import Source, Span
from compiler.tree import Block
from compiler.workspace import Workspace

_PROSE_SUFFIXES = (".md", ".markdown", ".txt", ".doc", ".docx", ".wps", ".rtf", ".pdf")
"""Files in narrative/ that somebody meant to be printed; pictures are counted when they are used."""


class Narratives:
    """The prose of a report: reads each file when the outline asks for it, and knows which nobody asked for."""

    def __init__(self, workspace: Workspace, folder: Path, sink: Diagnostics) -> None:
        self.workspace, self.folder, self.sink = workspace, folder, sink
        self.used: set[str] = set()
        """The paths of the files that were asked for."""
        self.sources: dict[str, Source] = {}
        """What was read, by its path inside narrative/ without .md."""

    def check_all(self) -> None:
        """Read every narrative for its own errors only, when the data is not fit to fill it in."""
        for path in self.workspace.files(self.folder, ".md"):
            source = self.workspace.read_text(path, self.sink)
            if source is not None:
                self.parse(source, 1)

    def read(self, name: str, level: int, wanted: Span) -> tuple[Block, ...]:
        def missing() -> None:
            path = self.workspace.shown(self.folder / f"{name}.md")
            self.sink.error(
                Code.MISSING_NARRATIVE, wanted, f"缺少叙述文件 {path}", "新建这个文件，写上这一段文字"
            )

        found = self.workspace.read_inside(str(self.folder), f"{name}.md", wanted, self.sink, missing)
        if found is None:
            return ()
        path, source = found
        self.used.add(path)
        if source is None:
            return ()
        self.sources[name] = source
        return self.parse(source, level)

    def parse(self, source: Source, level: int) -> tuple[Block, ...]:
        from compiler.readers.markdown import read_markdown  # late: a report of forms has no prose

        return read_markdown(source, level, self.sink, self.picture)

    def picture(self, reference: str, span: Span) -> bytes | None:
        """The bytes of a picture that prose refers to; None when there is none, which is reported."""
        return self.workspace.read_picture(self.folder, reference, span, self.sink)

    def gaps(self) -> Iterator[Gap]:
        """What is still to be filled in or brought up to date in the prose that was read."""
        for source in self.sources.values():
            yield from gaps_in_prose(source)

    def report_unused(self, unlisted: Collection[str]) -> None:
        """Report prose that no slot took, but for folders whose list of items is not known."""
        lacking: list[str] | None = None
        for name in self.workspace.file_names(self.folder):
            if name in self.used:
                continue
            path = Path(name)
            suffix = path.suffix.lower()
            if suffix not in _PROSE_SUFFIXES or path.parent.relative_to(self.folder).as_posix() in unlisted:
                continue
            if lacking is None:
                lacking = [Path(used).stem for used in self.used if not self.workspace.has(used)]
            near = nearest(path.stem, lacking)
            advice = f"是不是应当叫“{near}.md”？" if near else ""
            data = self.folder.parent / "data" / "projects" / f"{path.stem}.yaml"
            if path.parent == self.folder / "projects" and suffix == ".md" and not self.workspace.has(data):
                # Whoever deleted the data by mistake must not be told to delete the prose too.
                self.sink.error(
                    Code.UNUSED_NARRATIVE,
                    self.workspace.start_of(path),
                    f"data/projects 里没有 {path.stem}.yaml，这个叙述没有地方印：数据文件是不是删错了、改了名？",
                    advice
                    + "删错了的找回来，改了名的把这个叙述也改成同一个名称；确实没有这个项目了，再移走叙述",
                )
                continue
            self.sink.error(
                Code.UNUSED_NARRATIVE,
                self.workspace.start_of(path),
                "大纲里没有哪里用到这个叙述文件",
                advice
                + (
                    "改成大纲里的名称，或移走；项目的叙述，要有 data/projects 里同名的数据文件"
                    if path.suffix == ".md"
                    else "叙述要存成 .md 纯文本，编码选 UTF-8；不用的移走"
                ),
            )
