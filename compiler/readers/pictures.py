"""Pictures: what the first bytes of a file say, and whether we print such a picture.

Only PNG and JPEG: Word and WPS show both everywhere, and neither can hold a program. The headers
are read here, because a decoder would have to unpack the picture to tell its size, and a header that
promises 60000 x 60000 pixels is exactly what must not be unpacked.
"""

from __future__ import annotations

import struct
import zlib
from typing import Literal

from compiler.diagnostics import Code, Diagnostics
from compiler.named import NamedTuple
from compiler.source import Span

MAX_BYTES = 20_000_000
MAX_PIXELS = 50_000_000

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# Start-of-frame markers but DHT (C4), JPG (C8) and DAC (CC), which share their range (ITU-T T.81, B.1).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_SCAN, _END = 0xDA, 0xD9


class PictureHeader(NamedTuple):
    """What a picture says of itself; sizes in pixels."""

    format: Literal["png", "jpeg"]
    width: int
    height: int


def read_picture_header(data: bytes, span: Span, sink: Diagnostics) -> PictureHeader | None:
    """The header of a picture that can be printed; anything else is reported at `span`, and None returned."""
    if len(data) > MAX_BYTES:
        sink.error(
            Code.PICTURE_TOO_LARGE,
            span,
            f"图片文件有 {len(data) / 1e6:.1f} MB，最多 {MAX_BYTES // 1_000_000} MB",
            "用画图等软件缩小后另存",
        )
        return None
    if data.startswith(_PNG):
        header = _png(data)
    elif data.startswith(_JPEG):
        header = _jpeg(data)
    else:
        sink.error(
            Code.BAD_PICTURE, span, "这个文件不是 PNG 或 JPEG 图片", "用画图等软件打开，另存为 PNG 或 JPEG"
        )
        return None
    if header is None or not (header.width and header.height):
        sink.error(Code.BAD_PICTURE, span, "图片文件不完整或已损坏", "换一个能正常打开的图片文件")
        return None
    if header.width * header.height > MAX_PIXELS:
        sink.error(
            Code.PICTURE_TOO_LARGE,
            span,
            f"图片有 {header.width}×{header.height} 个像素，最多 {MAX_PIXELS // 10_000} 万个",
            "用画图等软件缩小后另存",
        )
        return None
    return header


def _png(data: bytes) -> PictureHeader | None:
    """PNG (ISO/IEC 15948): IHDR comes first; every chunk is whole, and IEND comes last."""
    if len(data) < 33 or data[8:16] != b"\0\0\0\rIHDR":
        return None
    if zlib.crc32(data[12:29]) != int.from_bytes(data[29:33], "big"):
        return None
    width, height = struct.unpack(">II", data[16:24])
    position, has_pixels = 33, False
    while position + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        position += 12 + length
        if kind == b"IEND":
            return PictureHeader("png", width, height) if has_pixels and position <= len(data) else None
        has_pixels = has_pixels or kind == b"IDAT"
    return None


def _jpeg(data: bytes) -> PictureHeader | None:
    """JPEG (ITU-T T.81): the frame header precedes the first scan, and an end marker follows it."""
    position, found = 2, None
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:  # fill bytes may stand before a marker
            position += 1
            continue
        if marker in _STANDALONE:
            position += 2
            continue
        if marker == _SCAN:
            return found if data.find(bytes((0xFF, _END)), position) > 0 else None
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if marker == _END or length < 2:
            return None
        if marker in _FRAMES and length >= 8 and position + 9 <= len(data):
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            found = PictureHeader("jpeg", width, height)
        position += 2 + length
    return None
