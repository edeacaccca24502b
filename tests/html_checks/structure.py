"""What must hold of every page, read with nothing but the standard library."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = frozenset(("br", "col", "img", "meta"))
_NOWHERE = frozenset(
    ("script", "link", "iframe", "object", "embed", "base", "form", "input", "svg", "audio", "video")
)
_ALLOWED_LOADS = "data:image/"


def problems(page: str) -> list[str]:
    """Everything wrong with the page, in order; nothing when it is sound."""
    parser = _Structure()
    parser.feed(page)
    parser.close()
    return parser.complaints()


class _Table:
    """A table's grid, covered place by place as its cells come."""

    def __init__(self) -> None:
        self.columns = 0
        self.taken: set[tuple[int, int]] = set()
        self.row = -1
        self.section_start = 0
        self.wrong: list[str] = []

    def cell(self, rows: int, columns: int) -> None:
        column = 0
        while (self.row, column) in self.taken:
            column += 1
        for y in range(self.row, self.row + rows):
            for x in range(column, column + columns):
                if (y, x) in self.taken:
                    self.wrong.append(f"two cells at row {y + 1}, column {x + 1}")
                self.taken.add((y, x))

    def end_section(self) -> None:
        wanted = {(y, x) for y in range(self.section_start, self.row + 1) for x in range(self.columns)}
        here = {place for place in self.taken if place[0] >= self.section_start}
        if here != wanted:
            self.wrong.append(f"the grid is not complete: {sorted(here ^ wanted)[:3]}")
        self.section_start = self.row + 1


class _Structure(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.ranks: list[int] = []
        self.table: _Table | None = None
        self.counts: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if len(given) != len(attrs):
            self.wrong.append(f"<{tag}> has an attribute twice")
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if tag not in _VOID:
            self.open.append(tag)
        self._identity(tag, given)
        self._safety(tag, given)
        if tag[0] == "h" and tag[1:].isdigit():
            self.ranks.append(int(tag[1:]))
        if tag == "html" and not given.get("lang"):
            self.wrong.append("no language")
        if tag == "img" and not given.get("alt"):
            self.wrong.append("a picture without description")
        self._grid(tag, given)

    def _identity(self, tag: str, given: dict[str, str]) -> None:
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("aria-labelledby", "aria-describedby"):
            self.targets += given.get(name, "").split()
        if tag == "a" and given["href"].startswith("#"):
            self.targets.append(given["href"][1:])

    def _safety(self, tag: str, given: dict[str, str]) -> None:
        if tag in _NOWHERE:
            self.wrong.append(f"<{tag}>")
        for name, value in given.items():
            if name.startswith("on"):
                self.wrong.append(f"<{tag} {name}>")
            if name in ("src", "srcset", "background", "poster", "data") and not value.startswith(
                _ALLOWED_LOADS
            ):
                self.wrong.append(f"<{tag} {name}> loads {value[:40]}")
            if name == "style" and not (tag == "col" and value.startswith("width:")):
                self.wrong.append(f"<{tag} style>")
        href = given.get("href", "#")
        if not href.startswith(("#", "http://", "https://")):
            self.wrong.append(f"a link to {href[:40]}")
        if href.startswith("http") and "noopener" not in given.get("rel", ""):
            self.wrong.append(f"an outside link without rel=noopener: {href[:40]}")

    def _grid(self, tag: str, given: dict[str, str]) -> None:
        if tag == "table":
            self.table = _Table()
        elif self.table is None:
            return
        elif tag == "col":
            self.table.columns += 1
        elif tag == "tr":
            self.table.row += 1
        elif tag in ("td", "th"):
            self.table.cell(int(given.get("rowspan", 1)), int(given.get("colspan", 1)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> where {self.open[-1:]} is open")
            return
        self.open.pop()
        if self.table and tag in ("thead", "tbody"):
            self.table.end_section()
        if self.table and tag == "table":
            self.wrong += self.table.wrong
            self.table = None

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"] and ("url(" in data or "@import" in data or "</" in data):
            self.wrong.append("the style loads something")

    def complaints(self) -> list[str]:
        """What the whole page shows, after what was seen on the way."""
        wrong = [*self.wrong]
        wrong += [f"<{tag}> is not closed" for tag in self.open]
        wrong += [
            f"id {name!r} twice" for name in sorted({name for name in self.ids if self.ids.count(name) > 1})
        ]
        wrong += [f"nothing is called {name!r}" for name in self.targets if name not in set(self.ids)]
        wrong += [
            f"{self.counts.get(tag, 0)} of <{tag}>"
            for tag in ("h1", "main", "title")
            if self.counts.get(tag) != 1
        ]
        wrong += [
            f"h{after} after h{before}"
            for before, after in zip(self.ranks, self.ranks[1:], strict=False)
            if after > before + 1
        ]
        return wrong
