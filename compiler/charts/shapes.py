"""The three shapes of a chart: where every bar, point and word of the data stands on a sheet, in inches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from compiler.charts.lines import LINE, SIZE, SMALL, THICK, inches, row_height, wrapped
from compiler.charts.program import ChartData, Item, Point
from compiler.charts.sheet import LINES, WAITING, WIDTH_INCHES
from compiler.named import NamedTuple

if TYPE_CHECKING:
    from compiler.charts.sheet import Sheet

_GAP = 0.06


def fits_upright(data: ChartData) -> bool:
    """Whether the values have room above columns that stand side by side; if not, bars lie."""
    return _column_pitch(data) * len(data.items) <= WIDTH_INCHES - 0.1


def _column_pitch(data: ChartData) -> float:
    widest = max(0.0 if point.waits else inches(point.text, SMALL) for _, _, point in _points(data))
    return max(0.3, widest + 0.04) * len(data.series) + 0.25


def beside(data: ChartData) -> ChartData:
    """What goes into columns: the rest added up, which has none, is told in the note."""
    told = [f"{item.name}：{_figures(data, item, data.unit)}" for item in data.items if item.aside]
    if not told:
        return data
    note = "；".join([*told, *([data.note] if data.note else [])])
    return data._replace(items=tuple(item for item in data.items if not item.aside), note=note)


def _figures(data: ChartData, item: Item, unit: str = "") -> str:
    """全年预算数64300.24，全年执行数57024.48; of one series only its figure."""
    return "，".join(
        (name if len(data.series) > 1 else "") + point.text + (unit if point.number is not None else "")
        for name, point in zip(data.series, item.points, strict=True)
    )


def zeros(data: ChartData) -> str:
    """What is said in place of bars without any length; empty when there is something to draw."""
    points = [point for _, _, point in _points(data)]
    if any(point.number or point.waits for point in points):
        return ""
    every = all(point.number is not None for point in points)
    return f"各项的{'、'.join(data.series)}{'' if every else '，有数的'}都是0，没有画。"


def remark(sheet: Sheet, words: str) -> None:
    """Words in place of a drawing."""
    words = wrapped(words, (WIDTH_INCHES - 0.1) * 72 / SIZE)
    height = 0.2 + (words.count("\n") + 1) * LINE
    sheet.begin(height)
    sheet.text(WIDTH_INCHES / 2, sheet.top + height / 2, words, SIZE, "center", "center")


class _Scale(NamedTuple):
    """Where on an axis of so many inches a number stands."""

    zero: float
    factor: float

    def __call__(self, number: Any) -> float:
        return self.zero + float(number) * self.factor


def _scale(
    start: float, room: float, data: ChartData, before: float, after: float, always: bool = False
) -> _Scale:
    """Everything from the least to the greatest and zero, with so much room for words after, and before
    where something is negative, or `always`.
    """
    numbers = [
        float(point.number)
        for item in data.items
        for point in item.points
        if point.number is not None and not item.aside
    ]
    low, high = min([0.0, *numbers]), max([0.0, *numbers])
    before = before if low < 0 or always else 0.0
    factor = (room - before - after) / (high - low) if high > low else 0.0
    return _Scale(start + before - low * factor, factor)


def _points(data: ChartData) -> Iterator[tuple[int, int, Point]]:
    for row, item in enumerate(data.items):
        for index, point in enumerate(item.points):
            yield row, index, point


def _widest(data: ChartData, negative: bool) -> float:
    widths = (
        inches(point.text, SMALL)
        for row, _, point in _points(data)
        if (point.number is not None and point.number < 0) is negative and not data.items[row].aside
    )
    return max(widths, default=0.0) + _GAP * 2


# The three shapes ------------------------------------------------------------------------


def bars(sheet: Sheet, data: ChartData) -> None:
    """Bars that lie under one another: names of any length have room, and so do many items."""
    thick = THICK[len(data.series) > 1]
    labels = [wrapped(item.name) for item in data.items]
    label_width = max(inches(line, SIZE) for label in labels for line in label.split("\n")) + _GAP
    heights = [row_height(label, len(data.series)) for label in labels]
    start = 0.05 + label_width
    room = (WIDTH_INCHES - 0.05 - start - _GAP) * 72 / SMALL
    asides = [wrapped(_figures(data, item), room) if item.aside else "" for item in data.items]
    heights = [
        max(height, (told.count("\n") + 1) * LINE) for height, told in zip(heights, asides, strict=True)
    ]
    sheet.begin(sum(heights) + 0.05)
    scale = _scale(start, sheet.width - 0.05 - start, data, _widest(data, True), _widest(data, False))
    y = sheet.top
    drawn = y
    for item, label, height, told in zip(data.items, labels, heights, asides, strict=True):
        sheet.text(start - _GAP, y + height / 2, label, SIZE, "right", "center")
        if item.aside:
            waits = any(point.waits for point in item.points)
            sheet.text(start + _GAP, y + height / 2, told, SMALL, "left", "center", WAITING if waits else "")
            y += height
            continue
        drawn = y + height
        first = y + (height - thick * len(data.series)) / 2
        for index, point in enumerate(item.points):
            _lying(sheet, point, index, first + thick * index, thick, scale)
        y += height
    sheet.rule((scale.zero, scale.zero), (sheet.top, drawn))


def _lying(sheet: Sheet, point: Point, index: int, y: float, thick: float, scale: _Scale) -> None:
    end = scale.zero if point.number is None else scale(point.number)
    if point.number:
        sheet.bar(min(scale.zero, end), y, abs(end - scale.zero), thick, index)
    before = point.number is not None and point.number < 0
    x = end - _GAP if before else end + _GAP
    sheet.text(
        x,
        y + thick / 2,
        point.text,
        SMALL,
        "right" if before else "left",
        "center_baseline",
        WAITING if point.waits else "",
    )


def columns(sheet: Sheet, data: ChartData) -> None:
    """Columns side by side."""
    pitch = min((WIDTH_INCHES - 0.1) / len(data.items), max(1.4, _column_pitch(data)))
    start = (WIDTH_INCHES - pitch * len(data.items)) / 2
    zero, scale, bottom = _upright(sheet, data, pitch, start)
    wide = min(0.6, (pitch - 0.2) / len(data.series))
    for row, index, point in _points(data):
        x = start + pitch * (row + 0.5) + wide * (index - len(data.series) / 2)
        end = zero if point.number is None else scale(point.number)
        if point.number:
            sheet.bar(x + 0.02, min(zero, end), wide - 0.04, abs(end - zero), index)
        below = point.number is not None and point.number < 0
        sheet.text(
            x + wide / 2,
            end + (0.05 if below else -0.05),
            point.text,
            SMALL,
            "center",
            "top" if below else "bottom",
            WAITING if point.waits else "",
        )
    _names(sheet, data.items, start, pitch, bottom)


def lines(sheet: Sheet, data: ChartData) -> None:
    """A line for each series; what is no number leaves a gap in it."""
    pitch = (WIDTH_INCHES - 0.1) / len(data.items)
    zero, scale, bottom = _upright(sheet, data, pitch, 0.05)
    told = _column_pitch(data._replace(series=data.series[:1])) <= pitch + 0.2
    for index in range(len(data.series)):
        colour, style, marker = LINES[index]
        across = [0.05 + pitch * (row + 0.5) for row in range(len(data.items))]
        points = [item.points[index] for item in data.items]
        down = [float("nan") if point.number is None else scale(point.number) for point in points]
        sheet.axes.plot(
            across, down, color=colour, linestyle=style, marker=marker, markersize=4, linewidth=1.4
        )
        for row, (x, point) in enumerate(zip(across, points, strict=True)):
            if told or row in (0, len(points) - 1) or point.number is None:
                other = data.items[row].points[1 - index].number if len(data.series) > 1 else None
                over = (
                    not index
                    if point.number is None
                    else other is None or (point.number, -index) > (other, index - 1)
                )
                y = zero if point.number is None else scale(point.number)
                sheet.text(
                    x,
                    y - 0.07 if over else y + 0.07,
                    point.text,
                    SMALL,
                    "center",
                    "bottom" if over else "top",
                    WAITING if point.waits else "white",
                )
    _names(sheet, data.items, 0.05, pitch, bottom)


def _upright(sheet: Sheet, data: ChartData, pitch: float, start: float) -> tuple[float, _Scale, float]:
    """Begin a sheet on which values go up; gives where zero is, the scale, and where the names begin."""
    lines = max(wrapped(item.name, _name_ems(pitch)).count("\n") + 1 for item in data.items)
    room = 2.3
    sheet.begin(room + 0.1 + lines * LINE)
    top = sheet.top
    flipped = _scale(0.0, room, data, 0.25, 0.25, data.shape == "line" and len(data.series) > 1)
    scale = _Scale(top + room - flipped.zero, -flipped.factor)
    sheet.rule((start, start + pitch * len(data.items)), (scale.zero, scale.zero))
    return scale.zero, scale, top + room + 0.05


def _name_ems(pitch: float) -> float:
    return max(2.0, (pitch - 0.08) * 72 / SIZE)


def _names(sheet: Sheet, items: tuple[Item, ...], start: float, pitch: float, y: float) -> None:
    for row, item in enumerate(items):
        sheet.text(
            start + pitch * (row + 0.5), y, wrapped(item.name, _name_ems(pitch)), SIZE, "center", "top"
        )
