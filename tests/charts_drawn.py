"""Whether charts can be drawn here."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.charts import fonts


def drawing_library() -> Any:
    """matplotlib; skips the tests of the module that asks where it, or every typeface that charts are drawn with, is missing."""
    matplotlib = pytest.importorskip("matplotlib", reason="没有安装 matplotlib：pip install -e '.[dev]'")
    try:
        fonts.find_typeface(fonts.folders())
    except fonts.NotDrawn as reason:  # pragma: no cover - of a computer without any
        pytest.skip(str(reason), allow_module_level=True)
    return matplotlib
