"""What is left of a comparison when one of its two documents is taken."""

from __future__ import annotations

import pytest

from compiler import tree
from compiler.comparison.sides import only_change, side, words_of
from compiler.writers.dump import dump_blocks
from tests.comparison_samples import COMPARISON, added, gone, new, old
from tests.docx_documents import DOCUMENTS
from tests.docx_samples import SPAN, cell, document, items, para, part, row, table, words


def _blocks(*blocks: tree.Block) -> tuple[str, str]:
    """The newer and the older blocks as text."""
    made = tree.replace(document(part(blocks)), comparison=COMPARISON)
    newer, older = side(made, "newer"), side(made, "older")
    assert newer.comparison is older.comparison is None
    return tuple(  # type: ignore[return-value]
        "".join(dump_blocks(each.blocks) for each in one.parts) for one in (newer, older)
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_without_changes_both_are_the_document(name: str) -> None:
    made = DOCUMENTS[name]()
    assert side(made, "newer") == made == side(made, "older")


def test_words() -> None:
    newer, older = _blocks(para("甲", gone("乙"), added("丙", tree.LineBreak(SPAN)), "丁"))
    assert newer == "paragraph 1:1 '甲' '丙' break '丁'\n"
    assert older == "paragraph 1:1 '甲' '乙' '丁'\n"


@pytest.mark.parametrize(
    "around",
    [
        lambda children: tree.Strong(SPAN, children),
        lambda children: tree.Emphasis(SPAN, children),
        lambda children: tree.Link(SPAN, children, "https://example.org/"),
        lambda children: tree.Reference(SPAN, children, "表", "tbl1", ("表1",)),
    ],
    ids=["strong", "emphasis", "link", "reference"],
)
def test_what_surrounds_nothing_goes(around: object) -> None:
    inner = around((tree.Strong(SPAN, (added("新"),)),))  # type: ignore[operator]
    newer, older = _blocks(para("甲", inner))
    assert "'新'" in newer
    assert older == "paragraph 1:1 '甲'\n"


def test_a_reference_without_words_stays() -> None:
    reference = tree.Reference(SPAN, (), "表", "tbl1", ("表1",))
    assert words_of((reference, gone("旧")), "newer") == (reference,)


def test_blocks_items_and_lists() -> None:
    entry = tree.ListItem(SPAN, (old(para("旧")), old(items(True, "里"))))
    newer, older = _blocks(
        tree.List(SPAN, True, (entry, tree.ListItem(SPAN, (para("留"), new(para("新")))))),
        tree.List(SPAN, False, (entry,)),
    )
    assert newer.count("item") == 1
    assert "bullet" not in newer
    assert "'旧'" not in newer
    assert "'新'" not in older
    assert older.count("item") == 5


def test_an_empty_list_that_was_empty_stays() -> None:
    newer, older = _blocks(tree.List(SPAN, True, ()), tree.List(SPAN, True, (tree.ListItem(SPAN, ()),)))
    assert newer == older
    assert newer.count("list") == 2


def test_rows_cells_captions_and_notes() -> None:
    made = table(
        (10000,),
        [row(cell("头"))],
        [
            tree.replace(row(cell("旧行")), change="deleted"),
            tree.replace(row(cell("新行")), change="inserted"),
            row(tree.Cell(SPAN, ((gone("旧段"),), words("段"), (gone("旧"), added("新"))))),
        ],
        caption=(gone("旧题"), added("新题")),
        notes=((gone("旧注"),), words("注")),
    )
    newer, older = _blocks(made)
    assert newer.splitlines()[0].endswith(" '新题'")
    assert newer.splitlines()[-2:] == ["    cell '段' / '新'", "  note '注'"]
    assert older.splitlines()[-3:] == ["    cell '旧段' / '段' / '旧'", "  note '旧注'", "  note '注'"]
    assert ("旧行" in newer, "新行" in newer, "旧行" in older, "新行" in older) == (False, True, True, False)
    assert "change" not in newer + older


def test_a_table_without_rows_goes_with_all_it_has() -> None:
    lost = tree.replace(row(cell("旧行")), change="deleted")
    newer, older = _blocks(table((10000,), [lost], [lost], caption=words("题"), notes=(words("注"),)))
    assert newer == ""
    assert older.count("cell '旧行'") == 2


def test_a_part_without_blocks_goes() -> None:
    made = document(
        part([old(para("旧"))]), part([para("留")]), part([]), part([new(para("新"))], "landscape")
    )
    assert [len(each.blocks) for each in side(made, "newer").parts] == [1, 0, 1]
    assert [each.orientation for each in side(made, "older").parts] == ["portrait"] * 3


def test_only_change() -> None:
    assert only_change((gone("一"), gone("二"))) == "deleted"
    assert only_change((gone("一"), added("二"))) == ""
    assert only_change((added("一"), *words("二"))) == ""
    assert only_change(()) == ""
