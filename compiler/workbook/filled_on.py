"""New projects of a workbook that the data have got since the export: what is still open there is filled in, once."""

from __future__ import annotations

from compiler.data_edit.changes import Arrange, Change, Path, Put, plain
from compiler.data_edit.notation import Plain
from compiler.gaps import is_unfilled
from compiler.named import NamedTuple
from compiler.rawdata import Mapping, Node, Scalar, Sequence
from compiler.workbook.intake import Intake, NewProject, name_of
from compiler.workbook.layout import UNFILLED, Values
from compiler.workbook.matching import lacking
from compiler.workbook.values import shown

_MOST_LINES = 3


class _Found(NamedTuple):
    """What new content says beside what is there."""

    changes: list[Change]
    lines: list[str]
    """What is there otherwise, in words."""


def settle_new(intake: Intake) -> None:
    """Take new projects that the data have by now for the ones that are there.

    What is 待填 there is filled in, entries and sources that came are added; what says something else is refused.
    """
    for name, project in list(intake.new.items()):
        file = next((file for file, other in intake.names.items() if other == name), None)
        if file is None and (other := _renamed(intake, project)) is not None:
            intake.problem(
                project.sheet,
                project.place,
                f"新加的项目“{name}”除了名称，和导出以后新加的“{intake.names[other]}”（data/{other}）一样",
                "是改了名称的，在数据文件里也改成一样的再收；真是两个项目的，先填上不一样的数",
            )
        if file is None or intake.baseline is None or file not in intake.stale:
            continue
        del intake.new[name]
        found = _Reader(intake, file).read(project.content, intake.book.files[file].raw.root, ())
        if found.lines:
            left = len(found.lines) - _MOST_LINES
            more = f"，还有 {left} 处" if left > 0 else ""
            words = "；".join(found.lines[:_MOST_LINES])
            intake.problem(
                project.sheet,
                project.place,
                f"导出以后已经有了项目“{name}”（data/{file}），和表里新加的不一样：{words}{more}",
                "重新导出一份，在新的里改；不是同一个项目的，换一个名称",
            )
            continue
        for change in found.changes:
            intake.change(file, change)
            _tell(intake, file, change, project.place)


def _renamed(intake: Intake, project: NewProject) -> str | None:
    """A project that came since, of which the workbook has no line, and that says all that a new one says but its name."""
    content = {key: entry for key, entry in project.content.items() if key != "名称"}
    if intake.baseline is None or not any(isinstance(entry, dict | list) for entry in content.values()):
        return None
    exported = intake.baseline.rows("项目", intake.stale)
    for file, name in intake.names.items():
        if file in exported and not exported[file].rows and name not in intake.new:
            found = _Reader(intake, file).read(content, intake.book.files[file].raw.root, ())
            if not found.lines and not found.changes:
                return file
    return None


def _tell(intake: Intake, file: str, change: Change, place: str) -> None:
    root = intake.book.files[file].raw.root
    if isinstance(change, Arrange):
        for item in change.items:
            if isinstance(item, dict):
                names = [
                    text for key in ("三级", "二级", "一级", "名称") if isinstance(text := item.get(key), str)
                ]
                name = f"{change.path[-1]}“{names[0]}”" if names else str(change.path[-1])
                intake.tell(file, name, "（没有）", "（新增）", "项目", place, item)
    elif isinstance(change, Put):
        sheet, name = name_of(file, change.path, root)
        if isinstance(change.value, dict):
            intake.tell(file, str(change.path[-1]), "（没有）", "（新增）", "项目", place, change.value)
        else:
            text = "、".join(map(str, change.value)) if isinstance(change.value, list) else str(change.value)
            intake.tell(file, name, shown(UNFILLED, Values.TEXT), text, sheet or "项目", place)


class _Reader:
    """Holds new content against what a file says."""

    def __init__(self, intake: Intake, file: str) -> None:
        self._intake, self._file = intake, file

    def read(self, content: dict[str, Plain], node: Node | None, path: Path) -> _Found:
        out = _Found([], [])
        entries = node.entries if isinstance(node, Mapping) else {}
        for key, entry in content.items():
            found = self._entry(entry, entries.get(key), (*path, key))
            out.changes.extend(found.changes)
            out.lines.extend(found.lines)
        return out

    def _entry(self, entry: Plain, held: Node | None, path: Path) -> _Found:
        if isinstance(entry, dict):
            return _Found([Put(path, entry)], []) if held is None else self.read(entry, held, path)
        if isinstance(entry, list) and any(isinstance(item, dict) for item in entry):
            return self._list(entry, held, path)
        if isinstance(entry, str) and is_unfilled(entry):
            return _Found([], [])
        lines = lacking(entry, None if held is None else plain(held), " ".join(map(str, _named(path))))
        derivation = self._intake.derivation
        computed = held is None and derivation is not None and derivation.computes(self._file, path)
        if lines and (computed or (isinstance(held, Scalar) and is_unfilled(held.text))):
            return _Found([Put(path, entry)], [])
        return _Found([], lines)

    def _list(self, entries: list[Plain], held: Node | None, path: Path) -> _Found:
        """Each new entry is the one that is there and says nothing else, best without a change; the rest are added."""
        nodes = held.items if isinstance(held, Sequence) else []
        free, left, out = list(range(len(nodes))), list(entries), _Found([], [])
        for most in (0, None):
            for entry in list(left):
                if not isinstance(entry, dict):
                    continue
                for number in free:
                    found = self.read(entry, nodes[number], (*path, number))
                    if not found.lines and (most is None or len(found.changes) <= most):
                        out.changes.extend(found.changes)
                        free.remove(number)
                        left.remove(entry)
                        break
        if left and len(left) > len(entries) - len(nodes):
            name = " ".join(map(str, _named(path)))
            numbers = [number for number, entry in enumerate(entries, 1) if entry in left]
            out.lines.extend(f"{name}：表里的第 {number} 项，数据里没有一样的" for number in numbers)
        elif left:
            out.changes.append(Arrange(path, (*range(len(nodes)), *left)))
        return out


def _named(path: Path) -> list[str]:
    return [f"第{step + 1}项" if isinstance(step, int) else step for step in path]
