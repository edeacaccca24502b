"""Case files: a test as data.

A case file is prose, then sections. A section starts with a line `@@ name` and runs to the
next; `@@ expect` is always the last. Tests give the sections to a function and compare what comes out with
`expect`; with `--accept` the file is rewritten instead, to be reviewed as a diff.
In sections, `\\xNN`-style escapes are not interpreted: what you see is what the compiler gets.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

CASES = Path(__file__).parent / "cases"


def case_files(kind: str) -> list[Path]:
    """Every case of a kind (a folder of `tests/cases`), in order of name."""
    return sorted((CASES / kind).rglob("*.case"))


def read_sections(path: Path) -> dict[str, str]:
    """The sections by name; the prose before the first under the empty name."""
    sections: dict[str, str] = {}
    name, lines = "", []
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("@@ "):
            sections[name] = "".join(lines)
            assert line[3:].strip() not in sections, f"{path.name}: two sections {line}"
            name, lines = line[3:].strip(), []
        else:
            lines.append(line)
    sections[name] = "".join(lines)
    return sections


def run_case(path: Path, run: Callable[[dict[str, str]], str], accept: bool) -> None:
    """Run one case: compare, or with `accept` rewrite what is expected."""
    sections = read_sections(path)
    assert sections[""].strip(), f"{path.name}: say in words what the case is about"
    actual = run({name: text for name, text in sections.items() if name not in ("", "expect")})
    if accept:
        text = path.read_text(encoding="utf-8")
        head = text.split("@@ expect\n", 1)[0]
        path.write_text(f"{head}@@ expect\n{actual}", encoding="utf-8", newline="\n")
        return
    assert actual == sections.get("expect"), f"{path}: differs (pytest --accept rewrites it for review)"
