"""Makes `reference.json`, the parts of the package every document starts from, each by its name, an element a line.

Run `python -m compiler.writers.docx.make_reference` after a change here, and commit the result.
It starts from python-docx's package for its structure and replaces what that carries along: a
theme whose fonts make WPS ask for typefaces nobody needs, a thumbnail, the styles of an older
Word, compatibility with Word 2010 (the title bar says so), a zoom without its percentage.
They are no package, so that a change of one is read as text, and no build imports `zipfile`, which takes as long as ten
modules of ours.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import docx
from docx.opc.part import Part
from docx.oxml import parse_xml

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_KEPT = (
    "officeDocument",
    "core-properties",
    "extended-properties",
    "styles",
    "settings",
    "fontTable",
    "theme",
)

_BUILT_IN = (
    "Normal",
    "heading 1",
    "heading 2",
    "heading 3",
    "heading 4",
    "Title",
    "Subtitle",
    "Body Text",
    "Strong",
    "Emphasis",
    "Quote",
    "List Paragraph",
    "caption",
    "footer",
    "Hyperlink",
    "TOC Heading",
    "toc 1",
    "toc 2",
    "toc 3",
    "toc 4",
)

_STYLES = f"""<w:styles {_W}>
<w:docDefaults>
 <w:rPrDefault><w:rPr>
  <w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="仿宋_GB2312" w:cs="Times New Roman"/>
  <w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>
 </w:rPr></w:rPrDefault>
 <w:pPrDefault/>
</w:docDefaults>
<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" w:defUnhideWhenUsed="1"
 w:defQFormat="0" w:count="376">{
    "".join(
        f'<w:lsdException w:name="{name}" w:semiHidden="0" w:uiPriority="9" w:unhideWhenUsed="0" w:qFormat="1"/>'
        for name in _BUILT_IN
    )
}</w:latentStyles>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>
 <w:pPr><w:widowControl w:val="0"/></w:pPr></w:style>
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>
 <w:uiPriority w:val="1"/><w:semiHidden/><w:unhideWhenUsed/></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>
 <w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>
 <w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>
  <w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>
 <w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/></w:style>
<w:style w:type="table" w:customStyle="1" w:styleId="ReportTable"><w:name w:val="报告表格"/>
 <w:basedOn w:val="TableNormal"/>
 <w:tblPr><w:tblBorders>{
    "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
}</w:tblBorders>
  <w:tblCellMar><w:top w:w="28" w:type="dxa"/><w:left w:w="57" w:type="dxa"/>
   <w:bottom w:w="28" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Picture"><w:name w:val="图"/><w:basedOn w:val="Normal"/>
 <w:pPr><w:keepNext/><w:snapToGrid w:val="0"/>
 <w:spacing w:before="120" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/></w:pPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Separator"><w:name w:val="分隔"/><w:basedOn w:val="Normal"/>
 <w:semiHidden/><w:pPr><w:snapToGrid w:val="0"/>
 <w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr>
 <w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:uiPriority w:val="99"/>
 <w:rPr><w:u w:val="single"/></w:rPr></w:style>
</w:styles>"""

_SETTINGS = f"""<w:settings {_W}>
<w:zoom w:percent="100"/>
<w:defaultTabStop w:val="420"/>
<w:evenAndOddHeaders/>
<w:characterSpacingControl w:val="doNotCompress"/>
<w:compat><w:doNotExpandShiftReturn/>{
    "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", 15),
            ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1),
            ("doNotFlipMirrorIndents", 1),
            ("differentiateMultirowTableHeaders", 1),
        )
    )
}</w:compat>
<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>
<w:decimalSymbol w:val="."/>
<w:listSeparator w:val=","/>
</w:settings>"""

_FONTS = f'{_DECLARATION}<w:fonts {_W}><w:font w:name="Times New Roman"/></w:fonts>'

_COLORS = {
    "dk1": "000000",
    "lt1": "FFFFFF",
    "dk2": "44546A",
    "lt2": "E7E6E6",
    "accent1": "4472C4",
    "accent2": "ED7D31",
    "accent3": "A5A5A5",
    "accent4": "FFC000",
    "accent5": "5B9BD5",
    "accent6": "70AD47",
    "hlink": "0563C1",
    "folHlink": "954F72",
}
_FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
_TYPEFACES = '<a:latin typeface="Times New Roman"/><a:ea typeface="宋体"/><a:cs typeface="Times New Roman"/>'

# Nothing refers to the theme, but Word expects one.
_THEME = (
    f'{_DECLARATION}<a:theme {_A} name="成文"><a:themeElements><a:clrScheme name="成文">'
    + "".join(f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in _COLORS.items())
    + f'</a:clrScheme><a:fontScheme name="成文"><a:majorFont>{_TYPEFACES}</a:majorFont>'
    f'<a:minorFont>{_TYPEFACES}</a:minorFont></a:fontScheme><a:fmtScheme name="成文">'
    f"<a:fillStyleLst>{_FILL * 3}</a:fillStyleLst>"
    + "<a:lnStyleLst>"
    + f'<a:ln w="6350">{_FILL}</a:ln>' * 3
    + "</a:lnStyleLst>"
    + "<a:effectStyleLst>"
    + "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    + "</a:effectStyleLst>"
    + f"<a:bgFillStyleLst>{_FILL * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
)

_APP = (
    f'{_DECLARATION}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>成文</Application></Properties>"
)

_CORE = (
    f"{_DECLARATION}<cp:coreProperties"
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)


def build() -> str:
    """The parts as JSON: always the same."""
    document = docx.Document()
    package = document.part.package
    for owner in (package, document.part):
        for number, relationship in list(owner.rels.items()):
            if not relationship.reltype.endswith(_KEPT):
                del owner.rels[number]
    _replace(document.styles.element, _STYLES)
    _replace(document.settings.element, _SETTINGS)
    for relationship in (*package.rels.values(), *document.part.rels.values()):
        part = relationship.target_part
        for suffix, xml in (("fontTable", _FONTS), ("extended-properties", _APP), ("theme", _THEME)):
            if relationship.reltype.endswith(suffix):
                _replace_bytes(part, xml)
    stream = io.BytesIO()
    document.save(stream)
    return _parts(stream)


def _replace(element: object, xml: str) -> None:
    root = parse_xml(_without_layout(xml))
    element.clear()  # type: ignore[attr-defined]
    for child in list(root):
        element.append(child)  # type: ignore[attr-defined]


def _without_layout(xml: str) -> str:
    return "".join(
        line.strip() if line.lstrip().startswith("<") else " " + line.strip() for line in xml.splitlines()
    )


def _replace_bytes(part: Part, xml: str) -> None:
    part._blob = xml.encode()  # python-docx has no public way to replace a part it does not know


def _parts(stream: io.BytesIO) -> str:
    with zipfile.ZipFile(stream) as package:
        parts = {name: package.read(name).decode() for name in sorted(package.namelist())}
    parts["docProps/core.xml"] = _CORE
    lines = {name: re.split(r"(?<=>)(?=<)", text) for name, text in parts.items()}
    return json.dumps(lines, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write `reference.json` beside this file."""
    Path(__file__).with_name("reference.json").write_text(build(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
