"""Three texts as one: nothing that anybody wrote is lost, and nobody decides for them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.editor.keeping.comparing import compare
from compiler.editor.keeping.merging import merge, origin

_LINES = st.lists(st.sampled_from(["", "", "甲。", "乙。", "- 一", "- 二", "# 题", "    缩进。"]), max_size=8)
_TEXTS = _LINES.map("\n".join)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("甲\n\n乙\n", "甲1\n\n乙\n", "甲\n\n乙2\n", "甲1\n\n乙2\n"),
        ("甲\n\n乙\n", "甲1\n\n乙\n", "甲2\n\n乙\n", None),
        ("甲\n乙\n", "甲1\n乙\n", "甲\n乙2\n", None),  # lines of one paragraph
        ("- 甲\n- 丙\n- 乙\n", "- 甲1\n- 丙\n- 乙\n", "- 甲\n- 丙\n- 乙2\n", "- 甲1\n- 丙\n- 乙2\n"),
        ("甲\n", "甲\n\n末\n", "甲1\n", "甲1\n\n末\n"),
        ("甲\n", "始\n\n甲\n", "甲\n\n末\n", "始\n\n甲\n\n末\n"),
        ("甲\n", "甲\n\n末1\n", "甲\n\n末2\n", None),
        ("甲\n\n乙\n", "甲\n", "甲\n\n乙2\n", None),  # one removed what the other changed
        ("甲\n\n乙\n", "乙\n", "甲\n\n乙\n\n丙\n", "乙\n\n丙\n"),
        ("", "我\n", "你\n", None),
        ("甲", "甲\n", "甲", "甲\n"),
        ("零\n\n甲\n", "零\n\n甲1", "零\n\n甲\n\n末\n", "零\n\n甲1\n\n末\n"),
        ("零\n\n甲\n\n乙\n", "零\n\n甲1", "零\n\n甲\n\n乙\n\n末\n", "零\n\n甲1\n\n末\n"),
        (  # a column by one, a row by the other
            "| a | b |\n| - | - |\n| 1 | 2 |\n| 3 | 4 |\n",
            "| a | b | c |\n| - | - | - |\n| 1 | 2 | x |\n| 3 | 4 | y |\n",
            "| a | b |\n| - | - |\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |\n",
            None,
        ),
        (
            "| a | b |\n| - | - |\n| 1 | 2 |\n",
            "| a1 | b |\n| - | - |\n| 1 | 2 |\n",
            "| a | b |\n| - | - |\n| 1 | 2 |\n| {{ 甲\\|万元 }} | {{ 乙|万元 }} |\n",
            "| a1 | b |\n| - | - |\n| 1 | 2 |\n| {{ 甲\\|万元 }} | {{ 乙|万元 }} |\n",
        ),
    ],
)
def test_merged(base: str, mine: str, theirs: str, merged: str | None) -> None:
    assert merge(base, mine, theirs) == merged
    assert merge(base, theirs, mine) == merged


@given(_TEXTS, _TEXTS)
def test_what_one_did_alone_is_what_comes(base: str, other: str) -> None:
    assert merge(base, other, base) == merge(base, base, other) == merge(base, other, other) == other


@given(_TEXTS, _TEXTS, _TEXTS)
@settings(max_examples=400)
def test_who_is_who_does_not_matter_and_no_new_line_is_lost(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs)
    assert merged == merge(base, theirs, mine)
    if merged is not None:
        for text in (mine, theirs):
            assert set(text.split("\n")) - set(base.split("\n")) <= set(merged.split("\n"))


_PARAGRAPHS = st.lists(
    st.sampled_from([f"{word}的一段。" for word in "甲乙丙丁戊己庚辛"]), max_size=6, unique=True
)
_ENDS = st.sampled_from(["", "\n"])


@given(_PARAGRAPHS, _PARAGRAPHS, _PARAGRAPHS, st.tuples(_ENDS, _ENDS, _ENDS))
@settings(max_examples=600)
def test_paragraphs_stay_apart(
    base: list[str], mine: list[str], theirs: list[str], ends: tuple[str, str, str]
) -> None:
    texts = ["\n\n".join(each) + end for each, end in zip((base, mine, theirs), ends, strict=True)]
    merged = merge(*texts)
    if merged is not None:
        assert {each for each in merged.rstrip("\n").split("\n\n") if each} <= {*base, *mine, *theirs}


@given(_LINES, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
@pytest.mark.skipif(shutil.which("git") is None, reason="no git")
def test_git_merges_lines_alike(tmp_path_factory: pytest.TempPathFactory, lines: list[str], chance) -> None:  # type: ignore[no-untyped-def]
    """Items that are all different; where git sees no conflict, neither do we, and the text is the same."""
    base = [f"- {number}" for number in range(len(lines) + 4)]

    def changed(who: str) -> list[str]:
        out = list(base)
        for _ in range(chance.randint(0, 3)):
            at = chance.randrange(len(out) + 1)
            out[at : at + chance.randint(0, 1)] = [f"- {who}{chance.randint(0, 99)}"] * chance.randint(0, 1)
        return out

    texts = ["".join(f"{line}\n" for line in each) for each in (changed("甲"), base, changed("乙"))]
    folder = tmp_path_factory.mktemp("merge")
    files = [folder / name for name in ("mine", "base", "theirs")]
    for file, text in zip(files, texts, strict=True):
        Path(file).write_text(text, encoding="utf-8")
    ran = subprocess.run(["git", "merge-file", "-p", *map(str, files)], capture_output=True)
    mine, before, theirs = texts
    ours = merge(before, mine, theirs)
    if ran.returncode == 0:
        assert ours == ran.stdout.decode("utf-8")


def test_what_a_text_was_made_from() -> None:
    one, two, three = "甲。\n\n乙。\n", "甲一二三。\n\n乙。\n", "甲一二三。\n\n乙四五六。\n"
    states = [one, two, three]
    assert origin("甲一二三。\n\n乙四五六七。\n", states) == three
    assert origin("甲一二三。\n\n乙。\n\n丙。\n", states) == two
    assert origin("甲。\n\n乙。\n\n丙。\n", states) == one
    longer = [one, two, "甲一二三。\n\n乙四五六七八九十。\n"]
    assert origin("甲。\n\n乙四五六七八九十百。\n", longer) is None  # of the first and of the last
    assert origin("甲。", []) is None


@given(st.text("甲乙。\n{} |-", max_size=60), st.text("甲乙。\n{} |-", max_size=60))
@settings(max_examples=300)
def test_compared_texts_are_whole(old: str, new: str) -> None:
    pieces = compare(old, new)
    assert "".join(piece.text for piece in pieces if piece.tag != "inserted") == old
    assert "".join(piece.text for piece in pieces if piece.tag != "deleted") == new
    assert all(piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "", []),
        ("一样\n", "一样\n", [("same", "一样\n")]),
        ("", "新\n", [("inserted", "新\n")]),
        ("旧\n", "", [("deleted", "旧\n")]),
        (
            "预算{{ 甲|万元 }}。\n\n不变。\n",
            "预算{{ 甲|亿元 }}。\n\n不变。\n",
            [
                ("same", "预算"),
                ("deleted", "{{ 甲|万元 }}"),
                ("inserted", "{{ 甲|亿元 }}"),
                ("same", "。\n\n不变。\n"),
            ],
        ),
    ],
)
def test_compared_by_words(old: str, new: str, told: list[tuple[str, str]]) -> None:
    assert [(piece.tag, piece.text) for piece in compare(old, new)] == told


@pytest.mark.parametrize("new", ["\U000f0000{{ 甲 }}", "{{ 乙 }}\U000f0000"])
def test_private_characters_are_compared_as_they_are(new: str) -> None:
    pieces = compare("{{ 甲 }}\U000f0001", new)
    assert "".join(piece.text for piece in pieces if piece.tag != "deleted") == new
