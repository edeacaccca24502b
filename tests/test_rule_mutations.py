"""How many of a clerk's slips the rules see: one slip at a time in a department where they find nothing.

What is a slip, and what is not, is said in `tests/mutations/slips.py`. The sample takes as many of every kind, so that
each kind's rate is known equally well; the total weighs a kind by the number of places where it can happen, and is
thus the chance that a slip at a random place is seen. `CHENGWEN_SLIPS=4000` takes a larger sample.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from decimal import Decimal
from pathlib import Path

from compiler.pipeline import build
from compiler.workspace import Workspace
from tests.mutations.slips import Slip, all_slips
from tests.test_checks import REPORT, copy_clean

SEED = 20240310
SAMPLE = int(os.environ.get("CHENGWEN_SLIPS", "400"))
"""Slips in all, the same number of every kind."""

LEAST = 95
"""Percent that must be caught."""


def sample(slips: dict[str, list[list[Slip]]], count: int) -> list[Slip]:
    """As many of every kind: a place by lot, then a manner of slip there, then a slip."""
    lot = random.Random(SEED)
    chosen = []
    for places in slips.values():
        for _ in range(count // len(slips)):
            here = lot.choice(places)
            manner = lot.choice(sorted({slip.manner for slip in here}))
            chosen.append(lot.choice([slip for slip in here if slip.manner == manner]))
    return chosen


def said(root: Path) -> Counter[tuple[str, str]]:
    """Everything that is reported of the report, by code and message, each so many times."""
    result = build(Workspace.around(root / REPORT), root / REPORT, None)
    return Counter((item.code.value, item.message) for item in (*result.diagnostics, *result.findings))


def caught(root: Path, slip: Slip, clean: Counter[tuple[str, str]]) -> str:
    """The codes that say something they do not say of the clean data; empty when there is none."""
    file = slip.site.file
    good = file.read_bytes()
    text = good.decode()
    end = slip.site.start + len(slip.site.text)
    assert text[slip.site.start : end] == slip.site.text
    file.write_text(text[: slip.site.start] + slip.text + text[end:], encoding="utf-8", newline="\n")
    try:
        return " ".join(sorted({code for code, _ in said(root) - clean}))
    finally:
        file.write_bytes(good)


def test_slips_are_caught(tmp_path: Path) -> None:
    copy_clean(tmp_path)
    clean = said(tmp_path)
    slips = all_slips(Workspace.around(tmp_path / REPORT), tmp_path / REPORT)
    tried: Counter[tuple[str, str]] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    missed = []
    for slip in sample(slips, SAMPLE):
        key = (slip.kind, slip.manner)
        tried[key] += 1
        if caught(tmp_path, slip, clean):
            seen[key] += 1
        else:
            missed.append(str(slip))
    lines = [
        f"{kind}·{manner}: {seen[kind, manner]}/{count}" for (kind, manner), count in sorted(tried.items())
    ]
    expected = Decimal(0)
    for kind, places in slips.items():
        whole = sum(count for key, count in tried.items() if key[0] == kind)
        found = sum(count for key, count in seen.items() if key[0] == kind)
        expected += Decimal(found) / whole * len(places)
        lines.append(f"{kind}（{len(places)}处）: {found}/{whole} = {found / whole:.1%}")
    rate = 100 * expected / sum(map(len, slips.values()))
    lines.append(f"抽样合计: {seen.total()}/{tried.total()} = {seen.total() / tried.total():.1%}")
    lines.append(f"合计（各种按处数加权）: {rate:.1f}%")
    report = "\n".join([*lines, "没有发现的：", *missed])
    print(f"\n{report}")
    assert rate >= LEAST, report
