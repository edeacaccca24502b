"""M6: a value from the data is words and never markup, in prose and in tables, in every output."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from tests import overlay
from tests.command_line import call

_VALUES = [
    "1*2*3 **粗** _斜_",
    "# 标题",
    "1. 项",
    "[点我](http://evil.example)",
    "![图](图/示意.png)",
    "A|B",
    "{{ 单位.名称 }} {% for 行 in 项目 %}",
    "<script>alert(1)</script>&amp;&#60;",
    "]]> <w:p/> ]]",
    "《“引号”》'\"",
    "=HYPERLINK(1) -- \\\\反斜杠",
]


@pytest.mark.parametrize("value", _VALUES)
def test_a_value_is_printed_as_it_is(value: str, tmp_path: Path) -> None:
    overlay.copy_sample(tmp_path)
    project = tmp_path / overlay.REPORT / "data" / "projects" / "02-人员培训.yaml"
    quoted = value.replace("'", "''")
    project.write_text(
        f"名称: 人员培训\n结余去向: '{quoted}'\n全年预算数: 1\n全年执行数: 1\n", encoding="utf-8"
    )
    prose = tmp_path / overlay.REPORT / "narrative" / "projects" / "02-人员培训.md"
    prose.write_text("{{ 本项目.结余去向 }}\n\n| 甲 |\n|---|\n| {{ 本项目.结余去向 }} |\n", encoding="utf-8")
    table = tmp_path / "templates" / "绩效报告" / "tables" / "项目资金.html"
    cell = "{{ 行.结余去向|默认('—') }}"
    table.write_text(table.read_text(encoding="utf-8").replace("{{ 行.名称 }}", cell), encoding="utf-8")
    ran = call(["build"], tmp_path)
    assert (ran.exit_code, ran.err) == (0, "")
    folder = tmp_path / "build" / "示例局" / "2024" / "draft"
    page = (folder / "绩效报告.html").read_text(encoding="utf-8")
    with zipfile.ZipFile(folder / "绩效报告.docx") as archive:
        document = archive.read("word/document.xml").decode()
    for text in (page, document):
        assert _words(text).count(value) == 3
        assert 'evil.example"' not in text and "<script" not in text.replace("&lt;script", "")
    assert page.count("<img") == 1


def _words(markup: str) -> str:
    """The text of a page or document, with its character references resolved."""
    from html import unescape

    return unescape(re.sub(r"<[^>]*>", "", markup))
