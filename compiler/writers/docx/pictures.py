"""Pictures: media parts and the drawings that show them."""

from __future__ import annotations

from compiler import tree
from compiler.writers.docx.markup import attribute, paragraph

_EMU_PER_PIXEL = 9525  # 96 pixels an inch
_EMU_PER_TWIP = 635
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"


class PictureWriter:
    """Prints pictures and keeps what goes into the package; the same image is kept once."""

    def __init__(self) -> None:
        self.media: dict[str, tuple[str, str, bytes]] = {}
        """By digest: relationship id, member name under word/, bytes."""
        self._shown = 0

    def picture(self, node: tree.Picture, width: int, height: int) -> tuple[str, float]:
        """The picture's paragraph, no larger than so many twips, and its height in points."""
        from hashlib import sha256  # late: most reports have no pictures

        digest = sha256(node.data).hexdigest()
        if digest not in self.media:
            count = len(self.media) + 1
            self.media[digest] = (f"rIdPicture{count}", f"media/image{count}.{node.format}", node.data)
        relationship = self.media[digest][0]
        self._shown += 1
        across, down = node.width * _EMU_PER_PIXEL, node.height * _EMU_PER_PIXEL
        scale = min(1.0, width * _EMU_PER_TWIP / across, height * _EMU_PER_TWIP / down)
        across, down = int(across * scale), int(down * scale)
        return paragraph("Picture", _drawing(node, relationship, self._shown, across, down)), down / 12700


def _drawing(node: tree.Picture, relationship: str, number: int, across: int, down: int) -> str:
    name, words = f"图片 {number}", attribute(node.description)
    return (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{across}" cy="{down}"/><wp:docPr id="{number}" name="{name}" descr="{words}"/>'
        f'<wp:cNvGraphicFramePr><a:graphicFrameLocks xmlns:a="{_A}" noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_PIC}"><pic:pic xmlns:pic="{_PIC}">'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="{name}" descr="{words}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relationship}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{across}" cy="{down}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
