"""The DOCX package against Python's own ZIP writer, and what is kept of a style."""

from __future__ import annotations

import zipfile
from io import BytesIO
from random import Random
from typing import Any

import pytest

from compiler.style import Style, made_of
from compiler.tree import replace
from compiler.writers import TooLarge
from compiler.writers.docx import members
from compiler.writers.docx.members import LongMember, PackageWriter, member

_TEXT = "".join(Random(7).choices("年度预算执行率<w:t>", k=400_000)).encode()
_NOISE = Random(7).randbytes(3 << 20)
_PARTS = {
    "[Content_Types].xml": b"<Types/>",
    "word/document.xml": _TEXT,
    "word/media/空.png": b"",
    "a": _NOISE,
}


def test_a_package_is_what_the_standard_library_would_write() -> None:
    ours, theirs = BytesIO(), BytesIO()
    package = PackageWriter(ours)
    for name, data in _PARTS.items():
        package.add(member(name, data))
    package.close()
    with zipfile.ZipFile(theirs, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, data in _PARTS.items():
            info = zipfile.ZipInfo(name)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(info, data, compresslevel=3)
    assert ours.getvalue() == theirs.getvalue()


@pytest.mark.parametrize("content", [_TEXT, _NOISE, b""], ids=["in memory", "on the disk", "empty"])
def test_a_part_in_pieces_is_the_part_at_once(content: bytes) -> None:
    long = LongMember("word/document.xml")
    for start in range(0, len(content), 977):
        long.write(content[start : start + 977])
    found, whole = BytesIO(), BytesIO()
    for out, part in ((found, long.finish()), (whole, member("word/document.xml", content))):
        package = PackageWriter(out)
        package.add(part)
        package.add(part)
        package.close()
    long.close()
    assert found.getvalue() == whole.getvalue()


def test_what_fails_beside_the_writer_is_raised_where_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    long = LongMember("word/document.xml")
    long.write(_NOISE)
    assert long._beside is not None
    monkeypatch.setattr(members, "zlib", None)
    with pytest.raises(AttributeError):
        for _ in range(3):  # a piece to fail, one to hear of it
            long.write(_NOISE)
    long.close()


@pytest.mark.parametrize("size", [(1 << 31) - 1, 1 << 31])
def test_what_a_plain_zip_cannot_say_is_refused(size: int) -> None:
    out = BytesIO()
    package = PackageWriter(out)
    part = member("word/document.xml", b"")._replace(size=size)
    if size < 1 << 31:
        package.add(part)
        package.close()
        assert zipfile.ZipFile(out).infolist()[0].file_size == size
        return
    with pytest.raises(TooLarge):
        package.add(part)
    assert out.getvalue() == b""


def test_more_members_than_a_plain_zip_counts_are_refused() -> None:
    package, part = PackageWriter(BytesIO()), member("a", b"")
    for _ in range(65_535):
        package.add(part)
    with pytest.raises(TooLarge):
        package.add(part)
    package.close()


@pytest.mark.parametrize(
    ("name", "said"),
    [("word/document.xml", "正文"), ("word/media/image1.png", "图片"), ("word/styles.xml", "其他部分")],
)
def test_what_is_too_large_is_named_as_readers_know_it(name: str, said: str) -> None:
    with pytest.raises(TooLarge, match=f"最多 2 GB，放到{said}时超出"):
        PackageWriter(BytesIO()).add(member(name, b"")._replace(size=1 << 31))


def test_what_is_made_of_a_style_is_made_once_and_for_that_style_alone() -> None:
    nothing: Any = None
    style = Style(nothing, {}, nothing, {})
    made: list[tuple[Any, ...]] = []

    def make(given: Style, *words: str) -> int:
        made.append(words)
        return len(made)

    assert [made_of(style, make, word) for word in ("甲", "乙", "甲")] == [1, 2, 1]
    other = replace(style, fonts={"宋体": nothing})
    assert made_of(other, make, "甲") == 3
    assert style != other
