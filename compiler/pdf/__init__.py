"""PDF/A-2b of a DOCX, printed by LibreOffice.

LibreOffice is a program of its own that may be missing, hang, crash or write something else (`office.py`): what it wrote
is looked at before it counts, and with it what typefaces it had (`fonts.py`); what differs each time is taken out (`settled.py`).
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.named import NamedTuple
from compiler.pdf.office import NO_OFFICE, PdfError, find_office, print_files, version

if TYPE_CHECKING:
    from pypdf import PdfReader

    from compiler.pdf.fonts import Substitution

__all__ = ["NO_OFFICE", "PdfError", "PdfMade", "convert", "find_office"]

_MINIMUM_SECONDS, _SECONDS_A_MEGABYTE = 120, 300
"""How long LibreOffice may take: more than ten times what a DOCX of 0.85 MB with 1308 pages takes, 24 seconds."""


class PdfMade(NamedTuple):
    """A PDF that was made: what of it differs from one machine to the next."""

    office: str
    """The program, with its version."""
    pages: int
    fonts: tuple[str, ...]
    """PostScript names, in alphabetical order."""
    not_embedded: tuple[str, ...]
    """Those of them that the reader's machine must have."""
    asked: tuple[str, ...]
    """The typefaces that the DOCX asks for, as it names them, in alphabetical order."""
    substitutes: tuple[Substitution, ...]
    """Those of them that are not in the PDF, and what is instead."""


def typefaces_told(pdf: PdfMade) -> list[str]:
    """Sentences, without their full stops: which typefaces of the PDF are not those that were asked for, and which are not in it."""
    stand_ins: dict[tuple[str, ...], list[str]] = {}
    for item in pdf.substitutes:
        stand_ins.setdefault(item.instead, []).append(item.asked + ("（个别字）" if item.partly else ""))
    said = []
    if stand_ins:
        told = "；".join(
            f"{'、'.join(asked)} → {'、'.join(instead) or '别的字体'}" for instead, asked in stand_ins.items()
        )
        said.append(f"PDF 用了替代字体：{told}。要与 Word 里一样，在这台电脑上装上箭头前面的字体")
    if pdf.not_embedded:
        said.append(
            f"PDF 里没有放进这些字体：{'、'.join(pdf.not_embedded)}。没有装它们的电脑上会走样，这份 PDF 不能归档"
        )
    return said


def convert(docx: Path, out: Path, *, seconds: float | None = None) -> PdfMade:
    """Print `docx`, one that our writer made, as PDF/A-2b into the file `out`.

    `seconds` is how long LibreOffice may take; without it, by the size. Same DOCX, same machine, same bytes. Raises
    `PdfError` when no PDF/A came of it, `OSError` when the disk refuses.
    """
    from tempfile import TemporaryDirectory

    from compiler.pdf.fonts import asked_typefaces, write_specimen
    from compiler.pdf.settled import settled

    office = find_office()
    if office is None:
        raise PdfError(NO_OFFICE)
    if seconds is None:
        seconds = _MINIMUM_SECONDS + _SECONDS_A_MEGABYTE * docx.stat().st_size / 1_000_000
    asked = asked_typefaces(docx)
    with TemporaryDirectory(prefix="chengwen-", ignore_cleanup_errors=True) as name:
        work = Path(name)
        # Plain names: LibreOffice cannot open 报告.docx where the system's locale is not one with UTF-8.
        shutil.copyfile(docx, work / "report.docx")
        write_specimen(docx, asked, work / "specimen.docx")
        print_files(office, work, ("report.docx", "specimen.docx"), seconds)
        data, specimen = (_written(work / f"{stem}.pdf") for stem in ("report", "specimen"))
    data = settled(data)
    made = _looked_at(data, specimen, asked, office)
    out.write_bytes(data)
    return made


# What it wrote ---------------------------------------------------------------------------


def _written(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise PdfError(
            "LibreOffice 没有写出什么。再运行一次；还是这样，请信息部门重新安装 LibreOffice。"
        ) from None


def _looked_at(data: bytes, specimen: bytes, asked: dict[str, str], office: Path) -> PdfMade:
    """What is in a PDF. Raises `PdfError` when it is none, or no PDF/A-2b."""
    import logging
    from io import BytesIO

    from pypdf import PdfReader

    from compiler.pdf.fonts import fonts_in, substitutions

    if not data.startswith(b"%PDF-"):
        raise PdfError("LibreOffice 写出的不是 PDF，没有用它。请信息部门重新安装 LibreOffice。")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # the user is told below
    try:
        reader = PdfReader(BytesIO(data))
        pages, archival = len(reader.pages), _claims_archival(reader)
        fonts = fonts_in(reader)
        substitutes = substitutions(asked, PdfReader(BytesIO(specimen))) if archival else ()
        producer = str(reader.metadata.producer) if reader.metadata else ""
    except Exception as error:  # whatever a broken file makes of its reader
        raise PdfError("LibreOffice 写出的 PDF 读不出来，没有用它。再运行一次。") from error
    if not archival:
        raise PdfError(
            "LibreOffice 写出的不是 PDF/A-2b，不能归档，没有用它。它的版本可能太旧：请信息部门装 7.4 或更新的。"
        )
    return PdfMade(
        version(office) or producer,
        pages,
        tuple(fonts),
        tuple(name for name, embedded in fonts.items() if not embedded),
        tuple(asked),
        substitutes,
    )


def _claims_archival(reader: PdfReader) -> bool:
    """Whether a PDF claims to be PDF/A-2b, and has what every one has."""
    root: Any = reader.root_object
    said = root["/Metadata"].get_data() if "/Metadata" in root else b""
    return (
        re.search(rb"pdfaid:part(?:>|=[\"'])2", said) is not None
        and re.search(rb"pdfaid:conformance(?:>|=[\"'])[AUB]", said) is not None
        and "/OutputIntents" in root
        and not reader.is_encrypted
    )
