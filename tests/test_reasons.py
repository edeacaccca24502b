"""What counts as a reason, and when something was done too late: the words that people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.checks.reasons import _DONE, _WORDS, LONGEST, gives_reason, notes_reason, says_nothing
from compiler.checks.scoring.deadlines import is_late, may_be_late


@pytest.mark.parametrize(
    "text",
    [
        "无",
        "—",
        "——",
        "/",
        "同上",
        "无。",
        "无偏差",
        "没有偏差",
        "已说明",
        "见说明",
        "详见附件",
        "另有原因",
        "未完成",
        "按计划完成",
        "偏差原因：无",
        "不适用",
        "由于客观原因",
        "0",
        "N/A",
        "项目没有全部完成",
        "（无）",
    ],
)
def test_these_are_no_reasons(text: str) -> None:
    assert not gives_reason(text)
    assert not notes_reason(text)


@pytest.mark.parametrize(
    "text",
    [
        "疫情",
        "受疫情影响",
        "有一批案卷返工",
        "区文旅局追加了一批",
        "招标两次流标",
        "任务调整",
        "未开工，待选址",
        "采购节约",
        "年初预算金额难以同实际支出完全吻合",
        "进度<计划，已整改",
    ],
)
def test_these_are_reasons(text: str) -> None:
    assert gives_reason(text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (None, False),
        ("另有理由", False),
        ("数据来自业务台账", False),
        ("见绩效档案第3卷", False),
        ("迟付", False),
        ("支付比合同约定的迟了一个月，自行扣减", True),
        ("省级补助资金年底下达，财政同意例外处理", True),
        ("市里的活动改在本馆办，多出一万余人", True),
    ],
)
def test_a_note_is_a_reason_only_when_it_gives_one(text: str | None, is_one: bool) -> None:
    assert notes_reason(text) == is_one


@pytest.mark.parametrize(
    ("target", "actual", "late"),
    [
        ("12月10日前", "12月25日", True),
        ("12月10日前", "12月10日", False),
        ("12月10日前完成", "已于12月11日完成", True),
        ("10月底前", "11月", True),
        ("10月底前", "10月", False),
        ("12月上旬", "12月", False),
        ("三季度末", "10月上旬", True),
        ("三季度末", "第三季度", False),
        ("上半年", "7月1日", True),
        ("年底前", "2025年1月", True),
        ("年底前", "12月31日", False),
        ("2024年底前", "2024年12月", False),
        ("2023年12月底前", "2024年1月5日", True),
        ("12月底前", "1月5日", False),
        ("一年内", "1年2个月", True),
        ("≤1年", "13个月", True),
        ("一年内", "12个月", False),
        ("6个月以内", "半年", False),
        ("23年", "24年", False),
        ("12月10日前", "按时完成", False),
        ("3月至6月", "7月", False),
        ("6月以后", "8月", False),
        ("2月30日前", "3月5日", False),
        ("13月底前", "14月", False),
    ],
)
def test_what_is_late(target: str, actual: str, late: bool) -> None:
    assert (may_be_late(target, actual) and is_late(target, actual, "时效指标", 2024)) == late


def test_a_bare_time_is_a_deadline_only_of_a_time_indicator() -> None:
    assert is_late("10月", "11月", "时效指标拨付时间", 2024)
    assert not is_late("10月", "11月", "数量指标旺季月份", 2024)
    assert is_late("10月底前", "11月", "数量指标", 2024)


@given(
    st.text("0123456789年月日季度一二上下旬前底末内≤个", max_size=14),
    st.text("0123456789年月日季度前底末内≤个", max_size=14),
)
def test_any_words_are_judged(target: str, actual: str) -> None:
    assert isinstance(is_late(target, actual, "时间", 2024), bool)


@given(words=st.lists(st.sampled_from([*_DONE.split("|"), *"，。 \u3000—-\\]^|因3a个"]), max_size=8))
def test_what_says_nothing_is_seen_in_its_characters(words: list[str]) -> None:
    text = "".join(words)
    assert says_nothing(text) == (len(text) <= LONGEST and not _WORDS.sub("", text))
