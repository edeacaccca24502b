"""The made-up district: the same at every call, and one that the program can work with."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.district import YEAR, departments, report_files, write_district
from benchmarks.district_words import offices
from tests.command_line import call, tree_bytes

_COUNT = 24


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("district")
    write_district(root, seed=2, count=_COUNT, projects=8, years=2)
    return root


def test_same_bytes_at_every_call(district: Path, tmp_path: Path) -> None:
    arguments = ["--departments", str(_COUNT), "--projects", "8", "--years", "2", "--seed", "2"]
    # In another process, as hashes of words differ from one to the next.
    subprocess.run([sys.executable, "-m", "benchmarks.district", str(tmp_path), *arguments], check=True)
    assert tree_bytes(tmp_path) == {
        name: data for name, data in tree_bytes(district).items() if not name.startswith("build/")
    }


def test_another_seed_is_another_district() -> None:
    assert list(departments(1, 5, None)) != list(departments(2, 5, None))


def test_a_larger_district_begins_with_a_smaller_one() -> None:
    assert list(departments(1, 30, None))[:9] == list(departments(1, 9, None))


def test_names_are_unique() -> None:
    names = [name for name, _ in islice(offices(), 5_000)]
    assert len(set(names)) == len(names)


def test_numbers_of_projects_are_drawn_around_19() -> None:
    drawn = [department.projects for department in departments(1, 200, None)]
    assert 18 < sum(drawn) / len(drawn) < 20
    assert len(set(drawn)) > 10


def test_reports_differ_in_their_words() -> None:
    narratives: Counter[str] = Counter()
    for number, department in enumerate(departments(1, 40, None)):
        for name, text in report_files(department, YEAR, f"1/{number}"):
            if name.startswith("narrative/projects/"):
                narratives[re.sub(r"\{\{.*?\}\}", "", text)] += 1
    assert narratives.total() > 600
    assert len(narratives) > 350


def test_every_report_compiles_and_most_are_sound(district: Path) -> None:
    ran = call(["build", "content", "--jobs", "1"], district)
    assert ran.exit_code == 0, ran.out
    assert f"√ {2 * _COUNT} 份，用时" in ran.out
    found = re.search(r"错误 (\d+) 处", ran.out)
    assert found, "some clerks make a mistake"
    assert int(found[1]) < 4 * _COUNT


def test_its_summary_has_a_spread_and_what_stands_out(district: Path) -> None:
    ran = call(["summary", "content", "--year", str(YEAR), "-o", "汇总.html"], district)
    assert f"共有报告{_COUNT}份，都读得出来，都计入了合计" in ran.out
    page = (district / "汇总.html").read_text(encoding="utf-8")
    rates = {float(rate) for rate in re.findall(r">(\d+\.\d\d)%<", page)}
    assert len(rates) > _COUNT / 2
    unusual = [each.name for each in departments(2, _COUNT, 8) if not 0.85 <= each.spends <= 1]
    assert unusual
    for name in unusual:
        row = re.search(rf"<tr[^>]*>(?:(?!</tr>).)*{name}<.*?</tr>", page, re.DOTALL)
        assert row and "要看一看" in row[0]
