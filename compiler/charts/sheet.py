"""The paper that a chart is drawn on with matplotlib: everything is placed in inches, from the upper left corner down."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from compiler.charts.fonts import Typeface
from compiler.charts.lines import LINE, SIZE, SMALL, inches, wrapped
from compiler.charts.program import ChartData

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 590
"""Of every chart, in pixels of 1/96 inch: the 156 millimetres of text in a line (GB/T 9704, 5.2)."""
DENSITY = 2
"""Pixels drawn for each of those, across and down."""
_DPI = 96
WIDTH_INCHES = WIDTH / _DPI
_HEAD = 0.25
"""From the top to the middle of legend and unit: the picture stands close under the paragraph before it."""
_INK, _RULE = "#222222", "#555555"
WAITING = "#fff2a8"
_NEARLY_WHITE = 252
"""Reducing the colours makes an average of white and what is next to it."""
LOOKS = (("#27496d", ""), ("#c5d0dc", ""), ("#ffffff", "////"), ("#8494a5", ""))
"""Colour and pattern of each series; their greys are 27, 81, 100 (with lines) and 57 percent."""
LINES = (("#27496d", "-", "o"), ("#5b6b7b", "--", "s"))


class Sheet:
    """A figure on which everything is placed in inches, from the upper left corner down."""

    def __init__(self, tools: Any, typeface: Typeface, head: bool, note: str) -> None:
        self.width = WIDTH / _DPI
        self.top = _HEAD + 0.17 if head else 0.12
        self.note = wrapped(f"注：{note}。", (self.width - 0.1) * 72 / SMALL) if note else ""
        self.foot = 0.1 + (self.note.count("\n") + 1) * LINE if note else 0.05
        self.height = 0.0
        self._tools, self._typeface = tools, typeface
        self._fonts: dict[float, Any] = {}

    @property
    def shown_height(self) -> int:
        """Of the picture, in pixels of 1/96 inch."""
        return round(self.height * _DPI)

    def begin(self, height: float) -> Axes:
        """The place to draw in: so many inches of it, beside head and foot."""
        self.height = round((self.top + height + self.foot) * _DPI) / _DPI
        self.figure = self._tools.figure.Figure(
            figsize=(self.width, self.height), dpi=_DPI * DENSITY, facecolor="white"
        )
        self._tools.backends.backend_agg.FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, self.width)
        self.axes.set_ylim(self.height, 0)
        return self.axes  # type: ignore[no-any-return]

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        across: str,
        down: str = "center_baseline",
        behind: str = "",
    ) -> None:
        """Words at a place; `across` and `down` say which point of them stands there, `behind` a colour behind them."""
        font = self._fonts.get(size)
        if font is None:
            from matplotlib.font_manager import FontPath, FontProperties

            path = FontPath(self._typeface.path, self._typeface.face)
            font = self._fonts[size] = FontProperties(fname=path, size=size)
        box = {"facecolor": behind, "edgecolor": "none", "pad": 1.0} if behind else None
        self.axes.text(
            x,
            y,
            words,
            fontproperties=font,
            color=_INK,
            ha=across,
            va=down,
            parse_math=False,
            bbox=box,
            linespacing=1.15,
        )

    def rule(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """A thin line: the zero that everything is measured from."""
        self.axes.plot(x, y, color=_RULE, linewidth=0.8, solid_capstyle="butt", zorder=3)

    def png(self, data: ChartData) -> bytes:
        """The picture, in as few bytes as its few colours need."""
        self._head(data)
        if self.note:
            self.text(0.05, self.height - 0.03, self.note, SMALL, "left", "bottom")
        from PIL import Image

        canvas: Any = self.figure.canvas
        canvas.draw()
        size = canvas.get_width_height()
        image = Image.frombuffer("RGBA", size, canvas.buffer_rgba(), "raw", "RGBA", 0, 1).convert("RGB")
        reduced = image.quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        colours = reduced.getpalette() or []
        reduced.putpalette([255 if colour >= _NEARLY_WHITE else colour for colour in colours])
        out = BytesIO()
        reduced.save(out, "PNG", dpi=(_DPI * DENSITY, _DPI * DENSITY))
        return out.getvalue()

    def _head(self, data: ChartData) -> None:
        x = 0.05
        if len(data.series) > 1:
            for index, name in enumerate(data.series):
                if data.shape == "line":
                    colour, style, marker = LINES[index]
                    self.axes.plot(
                        (x, x + 0.3),
                        (_HEAD, _HEAD),
                        color=colour,
                        linestyle=style,
                        marker=marker,
                        markersize=4,
                        markevery=[1],
                        linewidth=1.4,
                    )
                    x += 0.38
                else:
                    self.bar(x, _HEAD - 0.055, 0.2, 0.11, index)
                    x += 0.26
                self.text(x, _HEAD, name, SIZE, "left")
                x += inches(name, SIZE) + 0.2
        if data.unit:
            self.text(self.width - 0.05, _HEAD, f"单位：{data.unit}", SIZE, "right")

    def bar(self, x: float, y: float, width: float, height: float, series: int) -> None:
        """A bar from its upper left corner."""
        colour, pattern = LOOKS[series]
        self.axes.bar(
            x,
            height,
            width,
            y,
            align="edge",
            facecolor=colour,
            edgecolor=LOOKS[0][0],
            hatch=pattern,
            linewidth=0.5,
        )
