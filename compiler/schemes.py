"""Finds the scoring schemes in templates/评分方案 that a report works under."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path, PurePosixPath

from compiler.diagnostics import Code, Diagnostics, nearest
from compiler.evaluation.report import Report
from compiler.evaluation.scheme import BANDS, DEPARTMENT, PARAMETER, PASS_LINE, PROJECT, Scheme
from compiler.named import NamedTuple
from compiler.readers.yaml_data import read_yaml
from compiler.schema import read_file
from compiler.source import Source, Span
from compiler.workspace import Workspace

SCHEMES = "评分方案"
COLUMN_MAPS = "导入"
"""How tables of other systems are mapped to the data."""
NO_KINDS = (SCHEMES, COLUMN_MAPS)
"""The folders of templates/ that are no kind of document."""


class Declared(NamedTuple):
    """The schemes that report.yaml names; None for one that it does not name, or that could not be read."""

    department: Scheme | None = None
    project: Scheme | None = None


def read_schemes(workspace: Workspace, report: Report | None, sink: Diagnostics) -> Declared:
    """The schemes that report.yaml names, everything wrong being reported."""
    named = report.schemes if report else None
    if named is None:
        return Declared()
    files = _files(workspace)
    found: dict[str, Scheme | None] = {}
    for attribute, use in (("department", DEPARTMENT), ("project", PROJECT)):
        name = getattr(named, attribute)
        span = named.span_of(attribute)
        scheme = None if name is None else _named(workspace, name, files, span, sink)
        if scheme is not None and scheme.use != use:
            sink.error(
                Code.MISMATCH,
                span,
                f"“{name}”是{scheme.use}的评分方案，这里要的是{use}的",
                f"把它写到“{scheme.use}”后面，或换一个方案",
                ((scheme.span_of("use"), "方案里是这样写的"),),
            )
            scheme = None
        found[attribute] = scheme
    return Declared(**found)


def read_other_schemes(workspace: Workspace, declared: Declared) -> tuple[Scheme, ...]:
    """The sound schemes that are not declared, in order of name."""
    known = {scheme.name for scheme in declared if scheme is not None}
    found = (
        workspace.read_as(path, _scheme, Diagnostics())
        for name, path in sorted(_files(workspace).items())
        if name not in known
    )
    return tuple(scheme for scheme in found if scheme is not None)


def _files(workspace: Workspace) -> dict[str, Path]:
    folder = workspace.root / "templates" / SCHEMES
    return {path.stem: path for path in workspace.files(folder, ".yaml") if path.parent == folder}


def _named(
    workspace: Workspace, name: str, files: dict[str, Path], span: Span, sink: Diagnostics
) -> Scheme | None:
    if name in files:
        return workspace.read_as(files[name], _scheme, sink)
    near = nearest(name, files)
    known = f"templates/评分方案 里有：{'、'.join(files)}" if files else "templates/评分方案 里还没有方案"
    sink.error(
        Code.NOT_A_CHOICE,
        span,
        f"没有叫“{name}”的评分方案",
        (f"是不是“{near}”？" if near else "") + known,
    )
    return None


def _scheme(source: Source, sink: Diagnostics) -> Scheme | None:
    raw = read_yaml(source, sink)
    scheme = read_file(Scheme, raw, sink) if raw else None
    if scheme is None:
        return None
    scheme.name = PurePosixPath(source.path).stem
    return scheme if _holds_together(scheme, sink) else None


def _holds_together(scheme: Scheme, sink: Diagnostics) -> bool:
    """Whether the parts of a scheme fit; what does not is reported."""
    faults = [*_lacking(scheme), *_unequal(scheme)]
    for code, span, message, hint in faults:
        sink.error(code, span, message, hint)
    return not faults


def _lacking(scheme: Scheme) -> Iterator[tuple[Code, Span, str, str]]:
    """Methods without what they go by: without it another method would be used in silence."""
    rule, execution = scheme.quantitative, scheme.execution
    if rule is not None and rule.forward == PASS_LINE and rule.pass_line is None:
        yield _missing(rule.span_of("forward"), f"正向是{PASS_LINE}，却没有写“及格线”", "及格线: 60%")
    if execution is not None and execution.method == BANDS and not execution.bands:
        yield _missing(execution.span_of("method"), f"算法是{BANDS}，却没有写“分档”", "分档: …")
    for deduction in (scheme.carryover, scheme.variance):
        if deduction is not None and deduction.against == PARAMETER and deduction.parameter is None:
            yield _missing(deduction.span_of("against"), f"对比是{PARAMETER}，却没有写“参数”", "参数: …")


def _missing(span: Span, message: str, line: str) -> tuple[Code, Span, str, str]:
    return Code.MISSING_KEY, span, message, f"补上一行“{line}”"


def _unequal(scheme: Scheme) -> Iterator[tuple[Code, Span, str, str]]:
    """Weights that do not make the whole."""
    for one in scheme.weights.sets if scheme.weights else ():
        weight = one.execution + sum(one.level_1.values())
        if weight != scheme.whole:
            yield (
                Code.MISMATCH,
                one.span,
                f"组合“{one.name}”的分值加起来是{weight:f}，总分是{scheme.whole:f}",
                "照文件核对各项分值",
            )
    parts = scheme.parts or ()
    weight = sum((part.weight for part in parts), Decimal(0))
    if parts and weight != scheme.whole:
        yield (
            Code.MISMATCH,
            scheme.span_of("parts"),
            f"各部分的分值加起来是{weight:f}，总分是{scheme.whole:f}",
            "照文件核对各部分的分值",
        )
