"""Targets and actual values as quantities."""

from __future__ import annotations

from decimal import Decimal

import pytest

from compiler.evaluation.measure import parse_measure


@pytest.mark.parametrize(
    ("text", "sign", "number", "unit"),
    [
        ("≥6场", "≥", "6", "场"),
        ("＞＝5", "≥", "5", ""),
        ("不少于 6 场次", "≥", "6", "场次"),
        ("90％以上（含）", "≥", "90", "%"),
        ("≤ 5.64 万元", "≤", "5.64", "万元"),
        ("5个工作日内", "≤", "5", "个工作日"),
        ("不超过1年", "≤", "1", "年"),
        ("＞0", ">", "0", ""),
        ("=15,548.09元", "=", "15548.09", "元"),
        ("全年完成6场", "", "6", "场"),
        ("12个月", "", "12", "个月"),
        ("300m2", "", "300", "m2"),
        ("-5%", "", "-5", "%"),
    ],
)
def test_quantities(text: str, sign: str, number: str, unit: str) -> None:
    assert parse_measure(text) == (sign, Decimal(number), unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "好",
        "已完成",
        "12月底前",
        "2024年",
        "≤2024年",
        "3-5次",
        "1:2",
        "第1名",
        "05",
        "1e3",
        "≥20%，≥30人",
        "6≥",
        "9" * 25,
    ],
)
def test_what_is_no_quantity(text: str) -> None:
    assert parse_measure(text) is None


def test_amounts_keep_the_digits_they_were_typed_with() -> None:
    amounts = [measure.yuan for text in ("5.60万元", "56000元", "5.6") if (measure := parse_measure(text))]
    assert list(map(str, amounts)) == ["5.60E+4", "56000", "None"]
