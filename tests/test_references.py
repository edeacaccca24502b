"""What content refers to by a name: the pattern that tells most names harmless says what looking at each part says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compiler import workspace as module
from compiler.diagnostics import Diagnostics
from compiler.patterns import pattern
from compiler.source import Source
from compiler.workspace import Workspace

_PLACE = Source("outline.yaml", "叙述").span(0)
_PLACES = ["甲", "a-b", "x.md", "图/", "/", "..", ".git", "~$a", " ", "a.", "\\", "长" * 30]
_OTHERS = ["con", "CON.md", "Prn", "aux", "nul-1", "com9", "com10", "Thumbs.db", "Thumbs.dbx", "desktop.ini"]
_NAMES = st.lists(st.sampled_from(_PLACES + _OTHERS), min_size=1, max_size=4).map("".join)


def _found(reference: str) -> tuple[str | None, list[str]]:
    sink = Diagnostics()
    base = Path(__file__).parent
    return Workspace(base).name_inside(str(base), reference, _PLACE, sink), [str(item) for item in sink]


@given(_NAMES)
@example("projects/00001-企业上市补贴.md")
@example("图/CON.png")
def test_the_pattern_says_what_the_parts_say(reference: str) -> None:
    quickly = _found(reference)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PLAIN", pattern(r"(?!)"))
        assert _found(reference) == quickly


def test_most_names_are_told_by_the_pattern() -> None:
    assert module.PLAIN.fullmatch("projects/00001-企业上市补贴.md")
    assert not module.PLAIN.fullmatch("projects/aux.md")


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Path]:
    """A folder in which a narrative is a link."""
    (tmp_path / "别处.md").write_text("甲", "utf-8")
    (tmp_path / "概况.md").symlink_to(tmp_path / "别处.md")
    yield tmp_path


def _read(workspace: Workspace, folder: Path) -> tuple[object, list[str]]:
    sink = Diagnostics()
    found = workspace.read_inside(str(folder), "概况.md", _PLACE, sink, lambda: None)
    return found, [item.message for item in sink]


def test_a_link_is_refused_where_it_was_wanted(linked: Path) -> None:
    name = str(linked / "概况.md")
    refused = (None, ["“概况.md”是快捷方式（链接），不能用"])
    assert _read(Workspace(linked), linked) == refused
    unsaved = Workspace(linked, instead={name: "乙".encode()})
    assert _read(unsaved, linked) == refused
    kept = Workspace(linked).keeping()
    assert _read(kept, linked) == refused
    assert kept.kept is not None
    kept.kept[name] = "乙".encode()
    assert _read(kept, linked) == refused


def test_a_file_is_read_where_it_was_wanted(linked: Path) -> None:
    (linked / "概况.md").unlink()
    (linked / "概况.md").write_text("乙", "utf-8")
    found = Workspace(linked).read_inside(str(linked), "概况.md", _PLACE, Diagnostics(), lambda: None)
    assert found is not None and found[1] is not None
    assert found[1].text == "乙"


def test_a_folder_is_resolved_where_it_is_not(tmp_path: Path) -> None:
    """So that a build goes to where its department really is."""
    root = tmp_path.resolve()
    (here := root / "content" / "甲局" / "2024").mkdir(parents=True)
    (linked := root / "content" / "乙局").symlink_to(here.parent)
    workspace = Workspace(root)
    assert workspace.resolved(here) is here
    for folder in (linked / "2024", here.parent / ".." / "甲局" / "2024"):
        assert workspace.resolved(folder) == here
