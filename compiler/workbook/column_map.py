"""templates/导入/*.yaml: how the table of another system or form is mapped to the data, column by column."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from compiler.diagnostics import Code, Diagnostics, nearest
from compiler.evaluation.project import Indicator, Project
from compiler.kinds import AMOUNT, NUMBER, RATE, TEXT, Kind, choice, list_of, one_or_list
from compiler.named import NamedTuple
from compiler.readers.yaml_data import read_yaml
from compiler.record import Record
from compiler.schema import fields_of, optional, read_file, record_of, required
from compiler.schemes import COLUMN_MAPS
from compiler.workbook.layout import Path, Values
from compiler.workspace import Workspace

_VALUES: dict[Kind[Any], Values] = {
    TEXT: Values.TEXT,
    AMOUNT: Values.AMOUNT,
    RATE: Values.RATE,
    NUMBER: Values.NUMBER,
}


class MappedColumn(Record):
    """A column of the table, and the datum it gives."""

    NOUN = "一列"
    headings: tuple[str, ...] = required("列名", one_or_list(TEXT))
    target: str = required("填到", TEXT)
    unit: str | None = optional("单位", choice({"元": "元", "万元": "万元", "亿元": "亿元"}))
    remark: str | None = optional("说明", TEXT)

    path: Path = ()
    """Of the datum, from the project or the indicator."""
    values: Values = Values.TEXT


class ColumnMap(Record):
    """A file in templates/导入."""

    NOUN = "导入的对照"
    of_indicators: bool = required("一行", choice({"项目": False, "绩效指标": True}))
    sheet: str | None = optional("工作表", TEXT)
    project: tuple[str, ...] = required("认项目", one_or_list(TEXT))
    columns: tuple[MappedColumn, ...] = required("列", list_of(record_of(MappedColumn)))
    skipped: tuple[str, ...] | None = optional("跳过", list_of(TEXT))
    adds: bool | None = optional("新项目", choice({"加上": True, "不加": False}))
    remark: str | None = optional("说明", TEXT)

    name: str = ""
    """The stem of its file."""


class Maps(NamedTuple):
    """The mappings that there are."""

    maps: dict[str, ColumnMap]
    names: tuple[str, ...]
    """Of all files, those with errors too."""


def read_maps(workspace: Workspace, sink: Diagnostics) -> Maps:
    """Every mapping of a workspace by name; what is wrong with one is reported, and it is left out."""
    folder: FilePath = workspace.root / "templates" / COLUMN_MAPS
    maps: dict[str, ColumnMap] = {}
    paths = workspace.files(folder, ".yaml") if folder.is_dir() else []
    for path in paths:
        source = workspace.read_text(path, sink)
        raw = read_yaml(source, sink) if source else None
        found = read_file(ColumnMap, raw, sink) if raw else None
        if found is None:
            continue
        aimed = [_aim(column, found.of_indicators, sink) for column in found.columns]  # every fault is told
        if all(aimed):
            found.name = path.stem
            maps[path.stem] = found
    return Maps(maps, tuple(path.stem for path in paths))


def _aim(column: MappedColumn, of_indicators: bool, sink: Diagnostics) -> bool:
    """Find the datum that a column gives; whether there is one, else it is reported."""
    kind: object = Indicator if of_indicators else Project
    path: list[str] = []
    for step in column.target.split("."):
        fields = fields_of(kind) if isinstance(kind, type) else {}
        if step not in fields:
            near = nearest(step, fields)
            sink.error(
                Code.UNKNOWN_KEY,
                column.span_of("target"),
                f"没有“{column.target}”这个数据",
                (f"是不是“{near}”？" if near else "")
                + (f"可用：{'、'.join(fields)}" if fields else "去掉多的一层"),
            )
            return False
        path.append(step)
        found = fields[step]
        kind = found.of if isinstance(found.of, type) else found
    values = _VALUES.get(kind) if isinstance(kind, Kind) else None
    if values is None:
        sink.error(
            Code.WRONG_TYPE,
            column.span_of("target"),
            f"“{column.target}”不是一个值",
            "写到最里面一层，如 资金.当年财政拨款.全年预算数",
        )
        return False
    column.path, column.values = tuple(path), values
    return True
