"""Expressions, number rules and table templates, each as case files: what is asked, over what data, what is printed."""

from __future__ import annotations

from decimal import Decimal, localcontext
from pathlib import Path

import pytest

from compiler.diagnostics import Diagnostics
from compiler.evaluation.project import Project
from compiler.expressions import compile_expression
from compiler.figures import EXACT
from compiler.readers.table_template import read_table_template
from compiler.source import Source
from compiler.writers.dump import dump_blocks
from tests.case_files import case_files, run_case
from tests.sample_data import record, rule_of, scope_of, told


def printed(sections: dict[str, str]) -> str:
    """Each expression of a section, with what it prints, or the code, message and hint of why it does not."""
    scope, rule, out = scope_of(sections), rule_of(sections), []
    for text in sections["expressions"].splitlines():
        sink = Diagnostics()
        span = Source("表达式", text).span(0)
        expression = compile_expression(text, span, sink)
        shown = expression.text_value(scope, rule, span, sink) if expression else None
        out.append(f"{text}\n    → {shown}\n" if shown is not None else f"{text}\n")
        for item in sink:
            place = text[item.span.column - 1 : item.span.end - 1]
            out.append(f"    {item.code.value} 在“{place}” {item.message}\n    提示：{item.hint}\n")
    return "".join(out)


@pytest.mark.parametrize("path", case_files("expressions"), ids=lambda path: path.stem)
def test_expressions(path: Path, accept: bool) -> None:
    with localcontext(EXACT):
        run_case(path, printed, accept)


@pytest.mark.parametrize("path", case_files("figures"), ids=lambda path: path.stem)
@pytest.mark.parametrize("precision", [60, 28, 5], ids=lambda precision: f"prec{precision}")
def test_figures(path: Path, precision: int, accept: bool) -> None:
    """What a figure is printed as does not hang on the ambient precision; that sums and quotients do is why a
    build sets it.
    """
    with localcontext(EXACT) as context:
        context.prec = precision
        run_case(path, printed, accept)


@pytest.mark.parametrize("path", case_files("tables"), ids=lambda path: path.stem)
def test_tables(path: Path, accept: bool) -> None:
    def run(sections: dict[str, str]) -> str:
        sink = Diagnostics()
        program = read_table_template(Source("表.html", sections["template"]), sink)
        filled = program.run(scope_of(sections), rule_of(sections), sink) if program else None
        return (f"{dump_blocks([filled[0]])}{filled[1]} figures\n" if filled else "") + told(sink)

    with localcontext(EXACT):
        run_case(path, run, accept)


def test_reading_a_project_computes_nothing_before_it_is_asked() -> None:
    project = record(Project, "名称: 甲\n全年预算数: 3\n全年执行数: 1\n")
    assert project.execution_rate is None
    with localcontext(EXACT):
        assert project.rate.ratio == EXACT.divide(Decimal(1), Decimal(3))
