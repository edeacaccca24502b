"""The page about importing shows what is printed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import openpyxl

from tests.command_line import call
from tests.test_manual import _BLOCK, MANUAL, _shows, write
from tests.workbook_office import add, at

ROOT = Path(__file__).parents[1]
PAGE = MANUAL / "从表格导入.md"
REPORT = "content/丰台区金融办/2024"


def test_the_page_shows_what_is_printed(tmp_path: Path, accept: bool) -> None:
    _shows(PAGE, messages(tmp_path), accept)


def messages(root: Path) -> dict[str, str]:
    """A filled-in workbook, one with slips, one that has got old, and the table of the page with its mapping."""
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, root / name)
    table = root / "数据.xlsx"
    assert call(["export", REPORT, "-o", "数据.xlsx"], root).exit_code == 0
    whole = table.read_bytes()
    book = openpyxl.load_workbook(table)
    at(book, "资金", 0, "全年执行数").value = "7500元"
    at(book, "资金", 1, "全年执行数").value = 0.75
    at(book, "绩效指标", 1, "得分").value = 9.5
    name = at(book, "项目", 0, "名称").value
    add("绩效指标", 项目=name, 一级="产出指标", 三级="接访人次", 指标值="≥100人次")(book)
    add("项目", 名称="2024年金融知识宣传", 主管部门="金融服务科")(book)
    book.save(table)
    filled = table.read_bytes()
    listed = call(["import", "数据.xlsx", REPORT, "--yes"], root).out
    shown = {"列出": listed.rpartition("√")[0].rstrip() + "\n\n写进 2 个文件，写吗？[y/N]\n"}
    assert "已写进 2 个文件" in listed

    shutil.rmtree(root / "content")
    shutil.copytree(ROOT / "content", root / "content")
    table.write_bytes(whole)
    book = openpyxl.load_workbook(table)
    at(book, "资金", 0, "全年执行数").value = "八千元"
    at(book, "绩效指标", 1, "一级").value = None
    book.save(table)
    shown["不对"] = call(["import", "数据.xlsx", REPORT], root).err

    table.write_bytes(filled)
    project = root / REPORT / "data" / "projects" / "01-金融风险防范协调办.yaml"
    text = project.read_text(encoding="utf-8")
    write(
        project,
        text.replace(
            "三级: 支出进度, 指标值: ≤1年, 完成值: 1年, 分值: 10, 得分: 10",
            "三级: 支出进度, 指标值: ≤1年, 完成值: 1年, 分值: 10, 得分: 9",
        ),
    )
    old = call(["import", "数据.xlsx", REPORT], root).err.split("\n")
    at_score = next(number for number, line in enumerate(old) if "支出进度" in line)
    shown["改过"] = "\n".join(old[at_score : at_score + 2]) + "\n"
    write(project, text)

    page = PAGE.read_text(encoding="utf-8")
    path, mapping = next((path, text) for _, path, text in _BLOCK.findall(page) if "导入" in path)
    write(root / path, mapping)
    exported = re.search(r"<!-- 表：[^\n]* -->\n```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert exported is not None
    write(root / "明细.csv", exported[1].encode("gbk"))
    said = call(["import", "明细.csv", REPORT, "--map", "项目支出明细", "--yes"], root)
    assert said.exit_code == 0, said.err
    shown["对照"] = said.out
    return shown
