"""The DOCX package: parts copied from the reference document, parts made here, their members.

Parts that are the same in every document are deflated once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from compiler.tree import Metadata
from compiler.writers.docx.markup import DECLARATION, attribute, escape
from compiler.writers.docx.members import Member, member

_REFERENCE = Path(__file__).with_name("reference.json")
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"

_MADE_HERE = frozenset(
    (
        "[Content_Types].xml",
        "docProps/core.xml",
        "word/document.xml",
        "word/styles.xml",
        "word/fontTable.xml",
        "word/_rels/document.xml.rels",
    )
)


@cache
def reference_parts() -> dict[str, str]:
    """The parts of the reference document by member name, in the order of a package."""
    parts: dict[str, list[str]] = json.loads(_REFERENCE.read_bytes())
    return {name: "".join(lines) for name, lines in parts.items()}


def core_properties(metadata: Metadata) -> str:
    """docProps/core.xml; dates only from the data, so that the clock leaves no trace."""
    date = metadata.date if "T" in metadata.date else f"{metadata.date}T00:00:00Z"
    dates = (
        "".join(
            f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{escape(date)}</dcterms:{name}>'
            for name in ("created", "modified")
        )
        if metadata.date
        else ""
    )
    return (
        f"{DECLARATION}<cp:coreProperties"
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(metadata.title)}</dc:title><dc:subject>{escape(metadata.subject)}</dc:subject>"
        f"<dc:creator>{escape(metadata.creator)}</dc:creator>"
        f"<dc:language>{escape(metadata.language)}</dc:language>{dates}</cp:coreProperties>"
    )


def content_types(picture_formats: Iterable[str], footers: bool) -> str:
    """[Content_Types].xml: the reference document's with the numbering, footers and pictures added."""
    added = f'<Override PartName="/word/numbering.xml" ContentType="{_WORD}.numbering+xml"/>'
    if footers:
        added += "".join(
            f'<Override PartName="/word/footer{which}.xml" ContentType="{_WORD}.footer+xml"/>'
            for which in ("Odd", "Even")
        )
    defaults = "".join(
        f'<Default Extension="{name}" ContentType="image/{name}"/>' for name in sorted(set(picture_formats))
    )
    text = reference_parts()["[Content_Types].xml"].replace("</Types>", f"{added}</Types>")
    return text.replace("<Override ", f"{defaults}<Override ", 1)


def document_relationships(
    pictures: Iterable[tuple[str, str]],
    links: Iterable[tuple[str, str]],
    footers: bool,
) -> str:
    """word/_rels/document.xml.rels: the reference document's and those of this one.

    `pictures` are (id, member name under word/), `links` (id, target already escaped).
    """
    added = [_relationship("rIdNumbering", "numbering", "numbering.xml")]
    if footers:
        added += [
            _relationship(f"rIdFooter{which}", "footer", f"footer{which}.xml") for which in ("Odd", "Even")
        ]
    added += [_relationship(number, "image", attribute(name)) for number, name in pictures]
    added += [
        _relationship(number, "hyperlink", target, ' TargetMode="External"') for number, target in links
    ]
    text = reference_parts()["word/_rels/document.xml.rels"]
    return text.replace("</Relationships>", "".join(added) + "</Relationships>")


def _relationship(number: str, kind: str, target: str, mode: str = "") -> str:
    return f'<Relationship Id="{number}" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/>'


@cache
def reference_members() -> tuple[Member, ...]:
    """The parts of the reference document that are the same in every document."""
    return tuple(member(name, data) for name, data in reference_parts().items() if name not in _MADE_HERE)
