"""Which typefaces a DOCX asks for, and which its PDF has instead.

A DOCX names a typeface by its family, mostly in Chinese, a PDF each font by its PostScript name; a table brings
the two together. A PDF does not tell what a font stands in for. So a second document is printed with the first,
a specimen: each typeface on a page of its own, with the characters that the report sets in it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from compiler.named import NamedTuple

if TYPE_CHECKING:
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from pypdf import PdfReader

_TYPEFACES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    # Windows and Office. Chinese and English names: W3C, clreq, “System font mappings”; PostScript names: the
    # fonts' name tables, as cjk-gs-integrate of TeX Live lists them.
    (("宋体", "SimSun"), ("SimSun",)),
    (("新宋体", "NSimSun"), ("NSimSun",)),
    (("黑体", "SimHei"), ("SimHei",)),
    (("仿宋", "FangSong"), ("FangSong",)),
    (("楷体", "KaiTi"), ("KaiTi",)),
    (("微软雅黑", "Microsoft YaHei"), ("MicrosoftYaHei",)),
    (("等线", "DengXian"), ("DengXian",)),
    (("隶书", "LiSu"), ("LiSu",)),
    (("幼圆", "YouYuan"), ("YouYuan",)),
    # Windows until XP, since then installed by hand: no list has them. The names that PDFs printed with them have.
    (("仿宋_GB2312", "FangSong_GB2312"), ("FangSong_GB2312",)),
    (("楷体_GB2312", "KaiTi_GB2312"), ("KaiTi_GB2312",)),
    # Founder, as FZXBSJW--GB1-0: what follows the hyphens is the character set. _GBK: cjk-gs-integrate; 简体: the
    # names that PDFs printed with them have.
    (("方正小标宋简体", "FZXiaoBiaoSong-B05S"), ("FZXBSJW", "FZXiaoBiaoSong")),
    (("方正小标宋_GBK", "FZXiaoBiaoSong-B05"), ("FZXBSK",)),
    (("方正仿宋简体", "FZFangSong-Z02S"), ("FZFSJW",)),
    (("方正仿宋_GBK", "FZFangSong-Z02"), ("FZFSK",)),
    (("方正楷体简体", "FZKai-Z03S"), ("FZKTJW",)),
    (("方正楷体_GBK", "FZKai-Z03"), ("FZKTK",)),
    (("方正黑体简体", "FZHei-B01S"), ("FZHTJW",)),
    (("方正黑体_GBK", "FZHei-B01"), ("FZHTK",)),
    (("方正书宋_GBK", "FZShuSong-Z01"), ("FZSSK",)),
    # SinoType, with Office and macOS: cjk-gs-integrate.
    (("华文中宋", "STZhongsong"), ("STZhongsong",)),
    (("华文宋体", "STSong"), ("STSong", "STSongti")),
    (("华文仿宋", "STFangsong"), ("STFangsong",)),
    (("华文楷体", "STKaiti"), ("STKaiti", "STKaitiSC")),
    (("华文黑体", "STHeiti"), ("STHeiti", "STHeitiSC")),
    (("华文细黑", "STXihei"), ("STXihei",)),
    # Free fonts: the names in their files, as fc-list prints them. In Noto's collections the languages share
    # outlines under the Japanese name, whichever forms are taken of them.
    (("Noto Sans CJK SC", "思源黑体"), ("NotoSansCJKsc", "NotoSansCJKjp", "SourceHanSansSC")),
    (("Noto Serif CJK SC", "思源宋体"), ("NotoSerifCJKsc", "NotoSerifCJKjp", "SourceHanSerifSC")),
    (("霞鹜文楷", "LXGW WenKai"), ("LXGWWenKai",)),
    (("文泉驿正黑", "WenQuanYi Zen Hei"), ("WenQuanYiZenHei",)),
    (("文泉驿微米黑", "WenQuanYi Micro Hei"), ("WenQuanYiMicroHei",)),
    (("Droid Sans Fallback",), ("DroidSansFallback",)),
    (("DejaVu Sans",), ("DejaVuSans",)),
    (("DejaVu Serif",), ("DejaVuSerif",)),
    (("Liberation Serif",), ("LiberationSerif",)),
    (("Liberation Sans",), ("LiberationSans",)),
    # Latin ones of Windows: TimesNewRomanPSMT, TimesNewRomanPS-BoldMT, as Monotype names them.
    (("Times New Roman",), ("TimesNewRomanPSMT", "TimesNewRomanPS")),
    (("Courier New",), ("CourierNewPSMT", "CourierNewPS")),
    (("Arial",), ("ArialMT", "Arial")),
    (("Calibri",), ("Calibri",)),
    (("Cambria",), ("Cambria",)),
)
"""The names of each family, the one to be shown first, and its PostScript names up to a hyphen."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HAN, _LATIN = re.compile("[㐀-䶿一-鿿]"), re.compile("[A-Za-z0-9]")
"""What is set in the Chinese and in the Latin typeface for certain; with other marks it depends on what stands beside."""
_SUBSET = re.compile("^[A-Z]{6}\\+")
_CHOSEN = re.compile(r"(/\S+)\s+[\d.]+\s+Tf\b")
_NO_TYPEFACE = "chengwen-no-such-typeface"
_BODY = "word/document.xml"


def _key(name: str) -> str:
    """A name without what people write differently; 仿宋 and 仿宋_GB2312 stay two."""
    return name.replace(" ", "").replace("-", "").casefold()


_SHOWN = {_key(name): names[0] for names, _ in _TYPEFACES for name in names}
_SHOWN_OF_FONT = {_key(stem): names[0] for names, stems in _TYPEFACES for stem in stems}


class Substitution(NamedTuple):
    """A typeface that the DOCX asks for and the PDF has not, or not for all its characters."""

    asked: str
    """As the DOCX names it."""
    instead: tuple[str, ...]
    """The families that stand in for it, by name."""
    partly: bool
    """Whether it is there, and only some characters are missing in it."""


def family_of(font: str) -> str:
    """The family of a font that a PDF names: as the table shows it, else its name without the style."""
    stem = re.split("[-,]", font, maxsplit=1)[0]
    return _SHOWN_OF_FONT.get(_key(stem), stem)


def _same(family: str, asked: str) -> bool:
    return family == _SHOWN.get(_key(asked)) or _key(family) == _key(asked)


def substitutions(asked: Mapping[str, str], specimen: PdfReader) -> tuple[Substitution, ...]:
    """What stands in for which of the typefaces asked for, seen in the specimen of them, printed.

    A name that the table does not have is taken to be there if it is not printed like one that there cannot be.
    """
    pages = [_families(page) for page in specimen.pages]
    found = []
    before: tuple[str, ...] = ()
    for (family, missing), used in zip(_specimen_pages(asked), pages, strict=True):
        if missing:
            if used == before:
                found.append(Substitution(family, used, False))
            continue
        before = used
        others = tuple(name for name in used if not _same(name, family))
        if len(others) < len(used):
            if others:
                found.append(Substitution(family, others, True))
        elif _key(family) in _SHOWN:
            found.append(Substitution(family, used, False))
    return tuple(found)


def _families(page: Any) -> tuple[str, ...]:
    """The families that something is printed with on a page."""
    contents = page.get_contents()
    used = set(_CHOSEN.findall(contents.get_data().decode("latin-1"))) if contents is not None else set()
    fonts = _part(_part(page, "/Resources"), "/Font")
    return tuple(sorted({family_of(_name(fonts[key])) for key in fonts if key in used}))


# The specimen ----------------------------------------------------------------------------


def _specimen_pages(asked: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """What is on each page: a typeface, and whether one that there cannot be is set in its place."""
    for family in asked:
        yield family, False
        if _key(family) not in _SHOWN:
            yield family, True


def write_specimen(docx: Path, asked: Mapping[str, str], out: Path) -> None:
    """Write a DOCX with the styles and fonts of `docx` that shows the typefaces with their characters, in small print."""
    pages = "".join(
        "<w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:r><w:rPr>"
        f"<w:rFonts w:ascii={name} w:hAnsi={name} w:eastAsia={name} w:cs={name}/>"
        f'<w:sz w:val="4"/></w:rPr><w:t>{asked[family]}</w:t></w:r></w:p>'
        for family, missing in _specimen_pages(asked)
        for name in [quoteattr(_NO_TYPEFACE if missing else family)]
    )
    with zipfile.ZipFile(docx) as archive, zipfile.ZipFile(out, "w") as specimen:
        for name in archive.namelist():
            if name == _BODY:
                body = f'<w:document xmlns:w="{_W[1:-1]}"><w:body>{pages}</w:body></w:document>'
                specimen.writestr(name, body)
            elif not name.startswith("word/media/"):
                specimen.writestr(name, archive.read(name))


# The DOCX --------------------------------------------------------------------------------


def asked_typefaces(docx: Path) -> dict[str, str]:
    """The typefaces of everything that a DOCX of ours prints, with the letters, digits and Chinese characters set in them; by name."""
    found: dict[str, set[str]] = {}
    with zipfile.ZipFile(docx) as archive:
        with archive.open("word/styles.xml") as file:
            styles = _Styles(file)
        for name in archive.namelist():
            if re.fullmatch(r"word/(document|footer\w*|header\w*|footnotes|endnotes)\.xml", name):
                with archive.open(name) as file:
                    for text, chinese, latin in _runs(file, styles):
                        for family, marks in ((chinese, _HAN), (latin, _LATIN)):
                            if family and (characters := marks.findall(text)):
                                found.setdefault(family, set()).update(characters)
    return {family: "".join(sorted(found[family])) for family in sorted(found)}


class _Styles:
    """The typefaces of styles, inherited ones too."""

    def __init__(self, file: IO[bytes]) -> None:
        from xml.etree.ElementTree import parse

        root = parse(file).getroot()  # noqa: S314 - we wrote it
        self._default = _typefaces(root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr"))
        self._styles = {style.get(f"{_W}styleId", ""): style for style in root.iter(f"{_W}style")}
        self.paragraph = next(
            (
                name
                for name, style in self._styles.items()
                if style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") == "1"
            ),
            "",
        )
        self._known: dict[str, Mapping[str, str]] = {}

    def of(self, name: str, below: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """The typefaces of a style, over the document's own."""
        if name not in self._known:
            chain = [self._styles[name]] if name in self._styles else []
            while chain and (base := chain[-1].find(f"{_W}basedOn")) is not None:
                chain.append(self._styles[base.get(f"{_W}val", "")])
            given: dict[str, str] = {}
            for style in reversed(chain):
                given |= _typefaces(style.find(f"{_W}rPr"))
            self._known[name] = given
        return {**(self._default if below is None else below), **self._known[name]}


def _runs(file: IO[bytes], styles: _Styles) -> Iterator[tuple[str, str, str]]:
    """The text of every run with its Chinese and Latin typeface, a paragraph in memory at a time."""
    from xml.etree.ElementTree import iterparse

    for _, element in iterparse(file):  # noqa: S314 - we wrote it
        if element.tag != f"{_W}p":
            continue
        base = styles.of(_value(element.find(f"{_W}pPr/{_W}pStyle")) or styles.paragraph)
        for run in element.iter(f"{_W}r"):
            given = base
            properties = run.find(f"{_W}rPr")
            if properties is not None:
                if style := _value(properties.find(f"{_W}rStyle")):
                    given = styles.of(style, given)
                given = {**given, **_typefaces(properties)}
            text = "".join(piece.text or "" for piece in run.iter(f"{_W}t"))
            yield text, given.get("eastAsia", ""), given.get("ascii", "")
        element.clear()


def _typefaces(properties: Element | None) -> dict[str, str]:
    fonts = None if properties is None else properties.find(f"{_W}rFonts")
    if fonts is None:
        return {}
    return {script: name for script in ("eastAsia", "ascii") if (name := fonts.get(_W + script))}


def _value(element: Element | None) -> str:
    return "" if element is None else element.get(f"{_W}val", "")


# The PDF ---------------------------------------------------------------------------------


def fonts_in(reader: PdfReader) -> dict[str, bool]:
    """The PostScript names of a PDF's fonts, in alphabetical order, and whether they are embedded whole or in part."""
    seen: set[int] = set()
    found: dict[str, bool] = {}
    for page in reader.pages:
        fonts = _part(_part(page, "/Resources"), "/Font")
        for reference in (fonts.get(key) for key in fonts):
            number = getattr(reference, "idnum", 0)
            if number and number in seen:
                continue
            seen.add(number)
            font = reference.get_object()
            name = _name(font)
            found[name] = found.get(name, True) and _is_embedded(font)
    return dict(sorted(found.items()))


def _part(whole: Any, key: str) -> Any:
    """What a dictionary has under a key, wherever in the file it stands; nothing when it has none."""
    found = whole.get(key)
    return {} if found is None else found.get_object()


def _name(font: Any) -> str:
    """The PostScript name of a font, without the letters that mark a part of it."""
    return _SUBSET.sub("", str(font.get("/BaseFont", "/")).lstrip("/"))


def _is_embedded(font: Any) -> bool:
    if font.get("/Subtype") == "/Type3":  # drawn by the PDF itself
        return True
    whole = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    return any(key in _part(whole, "/FontDescriptor") for key in ("/FontFile", "/FontFile2", "/FontFile3"))
