"""Figures are exact: what goes in comes out, sums add up, rounding is 四舍五入 and never says 100% too early."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compiler.diagnostics import Diagnostics
from compiler.evaluation.funds import Funds, execution_rate, total
from compiler.evaluation.project import Project
from compiler.figures import (
    EXACT,
    UNITS,
    Amount,
    NumberRule,
    Rate,
    format_amount,
    format_number,
    format_rate,
    half_width,
    parse_number,
    split_quantity,
)
from compiler.kinds import AMOUNT, RATE, Context
from compiler.rawdata import Scalar
from compiler.source import Source, pack
from tests.sample_data import record

UNIT_DIGITS = {"元": 2, "万元": 6, "亿元": 10}
fen = st.integers(0, 10**18)
"""Amounts in 分, up to ten quadrillion 元."""
decimals = st.decimals(0, 10**12, allow_nan=False, places=6)
digits = st.integers(0, 6)


def read(kind: object, text: str, unit: str = "元") -> object:
    sink = Diagnostics()
    value = kind.read(Scalar(text, pack(0, 0, len(text))), Context(Source("数", text), sink, unit), "数")  # type: ignore[attr-defined]
    assert value is not None and not len(sink), [item.message for item in sink]
    return value


@pytest.fixture(autouse=True)
def careless_context() -> object:
    """Whatever precision somebody else has set, printing and parsing do not change."""
    with localcontext() as context:
        context.prec, context.rounding = 28, ROUND_HALF_UP
        yield


@given(fen, st.sampled_from(list(UNITS)), st.booleans())
def test_an_amount_printed_and_read_again_is_the_same(cents: int, unit: str, grouped: bool) -> None:
    amount = Amount(Decimal(cents).scaleb(-2, EXACT))
    text = format_amount(amount, unit, NumberRule(grouped=grouped))
    assume(len(text) <= 24)
    assert read(AMOUNT, text, unit) == amount
    assert read(AMOUNT, f"{text}{unit}") == amount
    assert read(AMOUNT, f"{text} {unit}", "亿元") == amount


@given(fen, st.sampled_from(list(UNITS)))
def test_the_default_rule_is_exact_to_the_fen(cents: int, unit: str) -> None:
    text = format_amount(Amount(Decimal(cents).scaleb(-2, EXACT)), unit, NumberRule())
    assert Fraction(text) * 10 ** UNITS[unit] == Fraction(cents, 100)
    assert len(text.partition(".")[2]) <= UNIT_DIGITS[unit]
    assert "E" not in text and not text.endswith(".") and not ("." in text and text.endswith("0"))


@given(st.integers(0, 10_000_000))
def test_a_rate_printed_and_read_again_is_the_same(hundredths: int) -> None:
    rate = Rate(Decimal(hundredths).scaleb(-4, EXACT))
    text = format_rate(rate, NumberRule())
    assert read(RATE, f"{text}%") == rate
    assert Fraction(text) == Fraction(hundredths, 100)


@given(st.lists(fen, min_size=1, max_size=200))
def test_sums_are_exact(parts: list[int]) -> None:
    funds = []
    for cents in parts:
        one = Funds()
        one.initial_budget = one.expenditure = None
        one.annual_budget = Amount(Decimal(cents).scaleb(-2, EXACT))
        funds.append(one)
    whole = record(Project, "名称: 甲\n")
    with localcontext(EXACT):
        found = total(funds, whole)
    assert found.annual_budget is not None and found.expenditure is None
    assert Fraction(found.annual_budget.yuan) == Fraction(sum(parts), 100)


@given(fen, st.integers(1, 10**18), digits)
def test_a_rate_is_rounded_once_half_up_and_never_to_the_whole(spent: int, budget: int, places: int) -> None:
    """Against exact fractions: the quotient itself is rounded, not a rounded quotient."""
    with localcontext(EXACT):
        rate = execution_rate(Amount(Decimal(spent)), Amount(Decimal(budget)))
    assert rate is not None
    shown = Fraction(format_rate(rate, NumberRule(rate_digits=places)))
    exact, step = Fraction(spent, budget) * 100, Fraction(1, 10**places)
    half_up = Fraction((exact / step + Fraction(1, 2)).__floor__()) * step
    if half_up in (0, 100) and half_up != exact:
        assert shown == half_up + (step if exact > half_up else -step)
    else:
        assert shown == half_up
    assert (shown == 100) == (exact == 100)
    assert (shown == 0) == (exact == 0)
    assert (shown < 100) == (exact < 100)


@given(st.decimals(0, "0.9999999999999999999999", allow_nan=False), digits, st.booleans())
def test_a_rate_below_one_never_prints_as_100(ratio: Decimal, places: int, pad: bool) -> None:
    assume(ratio < 1)
    text = format_rate(Rate(ratio), NumberRule(rate_digits=places, pad=pad))
    assert Decimal(text) < 100


@given(decimals, digits)
def test_numbers_are_rounded_half_up(value: Decimal, places: int) -> None:
    text = format_number(value, places, NumberRule())
    exact, step = Fraction(value), Fraction(1, 10**places)
    assert Fraction(text) == Fraction((exact / step + Fraction(1, 2)).__floor__()) * step
    assert format_number(-value, places, NumberRule()) in (f"-{text}", "0")


@given(decimals, digits)
def test_padding_and_grouping_change_no_figure(value: Decimal, places: int) -> None:
    plain = format_number(value, places, NumberRule())
    padded = format_number(value, places, NumberRule(pad=True))
    grouped = format_number(value, places, NumberRule(grouped=True))
    assert Decimal(padded) == Decimal(plain)
    assert len(padded.partition(".")[2]) == places
    assert grouped.replace(",", "") == plain
    assert parse_number(grouped) == Decimal(plain)


@given(st.text(max_size=30))
def test_what_is_no_number_is_none_and_never_an_error(text: str) -> None:
    number = parse_number(text)
    assert number is None or (number.is_finite() and text.strip("-0123456789,.") == "")
    parts = split_quantity(half_width(text))
    assert parts is None or parts[0]


@given(st.text("0123456789.,-%eE_ 万亿元千美", min_size=1, max_size=30))
def test_reading_an_amount_gives_a_value_or_a_diagnostic(text: str) -> None:
    sink = Diagnostics()
    source = Source("数", text)
    for kind in (AMOUNT, RATE):
        before = len(sink)
        value = kind.read(Scalar(text, pack(0, 0, len(text))), Context(source, sink, "万元"), "数")
        if value is None:
            assert len(sink) > before or any(item.span.source is source for item in sink)
        else:
            assert value[0].is_finite() and value[0] >= (0 if kind is AMOUNT else value[0])
