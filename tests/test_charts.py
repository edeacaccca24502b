"""Charts: what is drawn of which data, and what is said of it."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from compiler.charts import drawing
from compiler.charts.declaration import read_chart
from compiler.charts.lines import ems, wrapped
from compiler.charts.program import ChartData, Item, Point
from compiler.charts.told import description, has_all, summary, table_of
from compiler.diagnostics import Diagnostics, render
from compiler.readers.yaml_data import read_yaml
from compiler.source import Source
from compiler.writers.dump import dump_blocks
from tests.case_files import case_files, run_case
from tests.charts_drawn import drawing_library
from tests.sample_data import rule_of, scope_of

ROOT = Path(__file__).parents[1]

drawing_library()


# From a declaration to what is drawn ------------------------------------------------------


def _run(sections: dict[str, str]) -> str:
    chart = sections.pop("chart")
    for number in range(1, int(sections.pop("projects", "0")) + 1):
        sections[f"project {number}"] = f"名称: 第{number}项\n全年预算数: {number}.5\n全年执行数: {number}\n"
    sink = Diagnostics()
    raw = read_yaml(Source("图.yaml", chart), sink)
    program = read_chart(raw, sink) if raw else None
    run = program.run(scope_of(sections), rule_of(sections), sink) if program else None
    said = "\n".join(map(render, sink))
    if run is None:
        return f"{said}\n"
    data = run.data
    table = dump_blocks([table_of(data, program.span)]) if program else ""
    return f"{said}{description(data)}\n{data.shape} {data.unit!r}\n{table}{run.figures} figures\n"


@pytest.mark.parametrize("path", case_files("charts"), ids=lambda path: path.stem)
def test_case(path: Path, accept: bool) -> None:
    run_case(path, _run, accept)


# The drawing ------------------------------------------------------------------------------


def point(text: str) -> Point:
    if text.startswith("〔"):
        return Point(text, None, True)
    return Point(text, None if text == "—" else Decimal(text))


def data(shape: Any, *items: tuple[str, ...], unit: str = "万元", note: str = "") -> ChartData:
    series = tuple(f"数列{number}" for number in range(1, len(items[0])))
    made = tuple(Item(name, tuple(map(point, texts))) for name, *texts in items)
    return ChartData("一张图", shape, unit, series, made, note)


DRAWN = {
    "one": data("bar", ("甲", "1")),
    "zero": data("bar", ("甲", "0"), ("乙", "0")),
    "negative": data("bar", ("甲", "-5.25"), ("乙", "3"), ("丙", "〔待填〕"), ("丁", "—")),
    "all-negative": data("column", ("甲", "-5", "-1"), ("乙", "-3", "-2")),
    "open": data("column", ("甲", "〔待填〕"), ("乙", "〔待填〕")),
    "columns": data("column", ("基本支出", "20", "19", "3", "5"), ("项目支出", "60", "60", "44", "12.5")),
    "line": data(
        "line", *((f"{n}月", str(n), str(12 - n)) for n in range(1, 13)), note="只画了前12项，一共20项"
    ),
    "broken-line": data("line", ("甲", "1", "2"), ("乙", "〔待填〕", "—"), ("丙", "3", "1")),
    "many": data(
        "bar", *((f"第{n}个项目的名称相当长，要折成好几行才放得下", str(n), str(n / 2)) for n in range(1, 18))
    ),
    "huge": data("bar", ("甲", "1" + "0" * 23), ("乙", "0.000001")),
    "long-word": data("bar", ("a" * 300, "1")),
    "rest": data("bar", ("甲", "1", "—"), ("乙", "2", "1"))._replace(
        items=(
            Item("甲", (point("1"), point("2"))),
            Item("其余191项合计", (point("64300.24"), point("〔待填〕")), True),
        ),
        note="其余191项里，有3项没有全年预算数，有15项没有全年执行数，没有算进合计" * 2,
    ),
    "no-name": data("bar", ("", "1")),
    "dollars": data("column", ("$x^2$", "1"), ("\\frac{", "2")),
}


def shown(drawn: drawing.Drawn) -> Any:
    from PIL import Image

    return Image.open(BytesIO(drawn.png)).convert("RGB")


@pytest.mark.parametrize("name", DRAWN)
def test_everything_is_drawn_inside_and_the_same_twice(name: str) -> None:
    drawn = drawing.draw(DRAWN[name])
    picture = shown(drawn)
    assert picture.size == (drawn.width * 2, drawn.height * 2)
    assert drawn.height < 850, "a page has no room for it"
    edge = {
        picture.getpixel((x, y))
        for x in range(picture.width)
        for y in range(picture.height)
        if x in (0, picture.width - 1) or y in (0, picture.height - 1)
    }
    assert edge == {(255, 255, 255)}, "something is cut off"
    assert len(picture.getcolors(1 << 20)) > 2, "it is blank"
    assert drawing.draw(DRAWN[name]).png == drawn.png


def test_bars_are_as_long_as_their_numbers() -> None:
    """The bars of 100, 50 and -25, counted in pixels of their colour."""
    picture = shown(drawing.draw(data("bar", ("甲", "100"), ("乙", "50"), ("丙", "-25"), unit="")))
    dark = drawing_colour(picture)
    rows = []
    for y in range(picture.height):
        count = sum(picture.getpixel((x, y)) == dark for x in range(picture.width))
        rows.append(count)
    lengths = sorted({count for count in rows if rows.count(count) > 20 and count > 50}, reverse=True)
    assert len(lengths) == 3
    assert lengths[0] / lengths[1] == pytest.approx(2, abs=0.02)
    assert lengths[0] / lengths[2] == pytest.approx(4, abs=0.06)


def _with_rest(shape: Any, *rest: str) -> ChartData:
    made = data(shape, ("甲", "100", "90"), ("乙", "50", "40"))
    return made._replace(items=(*made.items, Item("其余191项合计", tuple(map(point, rest)), True)))


@pytest.mark.parametrize("shape", ["bar", "column"])
def test_the_rest_does_not_crush_the_others(shape: Any) -> None:
    """What is largest has as long a bar as without the rest, which is told in figures."""
    lengths = []
    for made in (_with_rest(shape, "64300", "57024"), data(shape, ("甲", "100", "90"), ("乙", "50", "40"))):
        picture = shown(drawing.draw(made))
        dark = drawing_colour(picture)
        across = [
            sum(picture.getpixel((x, y)) == dark for x in range(picture.width))
            for y in range(50, picture.height)
        ]
        down = [
            sum(picture.getpixel((x, y)) == dark for y in range(50, picture.height))
            for x in range(picture.width)
        ]
        lengths.append(max(across if shape == "bar" else down))
    assert lengths[0] > 200
    assert lengths[0] == pytest.approx(lengths[1], rel=0.25)


def drawing_colour(picture: Any) -> Any:
    """That of the first series."""
    from PIL import ImageColor

    from compiler.charts.sheet import LOOKS

    wanted = ImageColor.getrgb(LOOKS[0][0])
    return min(
        (colour for _, colour in picture.getcolors(1 << 20)),
        key=lambda colour: sum(abs(a - b) for a, b in zip(colour, wanted, strict=True)),
    )


def test_nothing_but_zeros_is_said_in_words() -> None:
    """In the room of a line, however many items there are."""
    zeros = data("bar", *((f"第{number}项", "0", "—") for number in range(10)))
    assert drawing.draw(zeros).height < 80
    waiting = data("bar", *((f"第{number}项", "0", "〔待填〕") for number in range(10)))
    assert drawing.draw(waiting).height > 200


def test_letters_are_large_enough_on_paper() -> None:
    """小五, 9 points, at the width that the picture is printed with; and there is white above the legend."""
    from compiler.charts.lines import SIZE, SMALL
    from compiler.charts.sheet import WIDTH

    assert min(SIZE, SMALL) * WIDTH / 96 * 25.4 / 156 >= 9
    picture = shown(drawing.draw(DRAWN["columns"]))
    assert picture.crop((0, 0, picture.width, 30)).getcolors() == [(picture.width * 30, (255, 255, 255))]


def test_series_differ_in_grey() -> None:
    """Printed in black and white, the colours of any two series are at least 15 percent of grey apart, or one has a pattern."""
    from PIL import ImageColor

    from compiler.charts.sheet import LOOKS

    greys = [sum(ImageColor.getrgb(colour)) / 7.65 for colour, pattern in LOOKS if not pattern]
    greys.sort()
    assert all(after - before > 15 for before, after in pairwise(greys))
    assert len({pattern for _, pattern in LOOKS if pattern}) == sum(bool(pattern) for _, pattern in LOOKS)


def test_the_users_settings_change_nothing(tmp_path: Path) -> None:
    """Neither a matplotlibrc nor another hash seed nor another time."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from tests.test_charts import DRAWN, drawing\n"
        "from hashlib import sha256\n"
        "print(sha256(drawing.draw(DRAWN['columns']).png).hexdigest())"
    )
    (tmp_path / "matplotlibrc").write_text("font.size: 30\nsavefig.dpi: 10\nhatch.linewidth: 9\n")
    import os

    said = set()
    for number in range(2):
        extra = {"MATPLOTLIBRC": str(tmp_path)} if number else {}
        done = subprocess.run(
            [sys.executable, "-c", program, str(ROOT)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": str(number), "TZ": f"UTC{number}", **extra},
            capture_output=True,
            text=True,
            check=True,
        )
        said.add(done.stdout)
    assert len(said) == 1


def test_characters_that_the_typeface_lacks_are_told() -> None:
    drawn = drawing.draw(data("bar", ("\U000e0001\U0001fbf9", "1")))
    assert "\U0001fbf9" in drawn.missing


@pytest.mark.parametrize("text", ["", "甲", "10家企业上市、挂牌补贴资金", "a" * 50, "2023年" * 9, "甲" * 400])
def test_labels_are_broken_into_short_lines(text: str) -> None:
    lines = wrapped(text).split("\n")
    assert len(lines) <= 4
    assert all(ems(line) <= 14 for line in lines)
    assert "".join(lines) == text or lines[-1].endswith("…")


def test_what_is_said_is_short_or_has_a_table() -> None:
    few = data("bar", ("甲", "1"), ("乙", "—"), ("丙", "〔待填〕"))
    assert summary(few) == "条形图：一张图。甲：数列11万元；乙：数列1—；丙：数列1〔待填〕。"
    assert has_all(few)
    many = DRAWN["many"]
    assert not has_all(many)
    assert len(summary(many)) < 60
