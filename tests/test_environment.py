"""With which libraries a report was made is what `importlib.metadata` says, which is asked only when it has to be."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from compiler.archive import environment

Libraries = Callable[[str], dict[str, str]]


@pytest.fixture
def libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Libraries:
    """The libraries where the path starts with this folder."""

    def of(place: str) -> dict[str, str]:
        monkeypatch.setattr(sys, "path", [str(tmp_path / place), *sys.path])
        found: dict[str, str] = environment.environment()["libraries"]
        return found

    return of


def test_the_versions_are_those_that_metadata_gives(libraries: Libraries) -> None:
    found = libraries("无")
    assert found == {name: metadata.version(name) for name in found}
    assert len(found) >= 8


def test_the_first_on_the_path_counts(libraries: Libraries, tmp_path: Path) -> None:
    (tmp_path / "先" / "markdown_it_py-99.1.dist-info").mkdir(parents=True)
    assert libraries("先")["markdown-it-py"] == "99.1"


@pytest.mark.parametrize(
    ("place", "told", "library", "version"),
    [
        ("旧", "PyYAML.egg-info/PKG-INFO", "pyyaml", "3.14"),
        ("PyYAML-5.1-py3.11.egg", "EGG-INFO/PKG-INFO", "pyyaml", "5.1"),
        ("无版", "click.dist-info/METADATA", "click", "77.1"),
    ],
)
def test_other_forms_are_left_to_metadata(
    place: str, told: str, library: str, version: str, libraries: Libraries, tmp_path: Path
) -> None:
    path = tmp_path / place / told
    path.parent.mkdir(parents=True)
    path.write_text(f"Metadata-Version: 2.1\nName: {library}\nVersion: {version}\n", encoding="utf-8")
    assert libraries(place)[library] == version


def test_an_archive_on_the_path_is_left_to_metadata(libraries: Libraries, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "库.zip", "w") as archive:
        archive.writestr(
            "click-77.7.dist-info/METADATA", "Metadata-Version: 2.1\nName: click\nVersion: 77.7\n"
        )
    assert libraries("库.zip")["click"] == "77.7"


def test_what_is_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "WITH_CHARTS", ("没有这样的库",))
    assert "没有这样的库" not in environment.environment()["libraries"]
