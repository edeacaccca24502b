"""Answers that hold for what the page has before it, whatever was compiled, saved or changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editor_client import Client, serving
from tests.test_checks import REPORT, copy_clean

ID = "晴川区档案局/2024"
SLOT = "预算管理"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copy_clean(tmp_path)
    return tmp_path


@pytest.fixture
def page(root: Path) -> Iterator[Client]:
    with serving(root) as client:
        yield client


def preview(page: Client, text: str) -> dict[str, object]:
    told: dict[str, object] = page.good(
        "POST", "/api/preview", report=ID, slot=SLOT, text=text, known={}, seq=1
    )
    return told


def test_a_figure_of_a_page_that_is_not_the_last(root: Path, page: Client) -> None:
    told = page.good("POST", "/api/preview", report=ID, slot=SLOT, text="{{ 年度 }}\n", known={}, seq=1)
    id = told["chips"][0]["figure"]
    preview(page, "{{ 单位.名称 }}，{{ 年度 }}\n")  # by another window
    asked = {"report": ID, "figure": id}
    figure = page.good("GET", "/api/figure", **asked, version=told["version"], text="2024")
    assert figure["text"] == "2024" and figure["expression"] == "年度"
    assert page.get("/api/figure", **asked, text="2024").status == 404
    assert page.get("/api/figure", **asked, version=told["version"], text="2025").status == 404
    assert page.get("/api/figure", **asked, version="0", text="2024").status == 404
    report = root / REPORT / "report.yaml"
    report.write_bytes(report.read_bytes() + b"\n")
    page.good("GET", "/api/report", report=ID)
    assert page.get("/api/figure", **asked, version=told["version"]).status == 404
