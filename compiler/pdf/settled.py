"""A PDF of LibreOffice without what is different each time it is printed, or wrong to say.

Nothing is parsed and written anew: words give way to as many blanks. The one thing that changes its length is the
colour profile, whose header has a time and which is compressed; what follows it moves, and the table of objects with it.
What is not found as LibreOffice 7 writes it stays as it is.
"""

from __future__ import annotations

import re
import zlib
from hashlib import sha256

_TIMES = re.compile(
    rb"/(?:CreationDate|ModDate) ?\(D:[^()]{1,40}\)"
    rb"|<xmp:(?:CreateDate|ModifyDate|MetadataDate)>[^<]{1,40}</xmp:\w+>"
    rb"|/DocChecksum ?/[0-9A-F]{32}"
)
_CLAIM_OF_UA = re.compile(
    rb"<rdf:Description rdf:about=\"\" xmlns:pdfuaid=[^>]*>(?:(?!</?rdf:Description).)*</rdf:Description>",
    re.DOTALL,
)
_ID = re.compile(rb"/ID ?\[ ?<([0-9A-F]{32})>\s{0,2}<\1> ?\]")
_PROFILE = re.compile(rb"\n<</N 3/Length (\d+) 0 R/Filter/FlateDecode>>\nstream\n")
_OFFSET = re.compile(rb"(\d{10})(?= 00000 n)")
_TIME_IN_PROFILE = slice(24, 36)
_1980 = bytes.fromhex("07bc 0001 0001 0000 0000 0000")
"""The time that the members of our DOCX have."""


def settled(data: bytes) -> bytes:
    """A PDF with no time in it, and an identifier that is made from its content.

    PDF/A lets a file claim PDF/UA only beside a description of the words of that claim (ISO 19005-2, 6.6.2.3), which
    LibreOffice 7 does not write: then the claim is left out.
    """
    data = _TIMES.sub(lambda found: b" " * len(found[0]), data)
    if b"pdfaExtension:schemas" not in data:
        data = _CLAIM_OF_UA.sub(lambda found: b" " * len(found[0]), data)
    data = _with_timeless_profile(data)
    if found := _ID.search(data, max(0, len(data) - 2000)):
        own = found[1]
        name = sha256(data.replace(own, b"")).hexdigest()[:32].upper().encode()
        data = data[: found.start()] + found[0].replace(own, name) + data[found.end() :]
    return data


def _with_timeless_profile(data: bytes) -> bytes:
    head, table = _PROFILE.search(data), data.rfind(b"\nxref\n")
    if head is None or table < head.end():
        return data
    inflating = zlib.decompressobj()
    profile = bytearray(inflating.decompress(data[head.end() : table]))
    end = table - len(inflating.unused_data)
    length = re.compile(rb"\s*endstream\nendobj\n\n%s 0 obj\n(\d+)\nendobj" % head[1]).match(data, end)
    if length is None or profile[36:40] != b"acsp":
        return data
    profile[_TIME_IN_PROFILE] = _1980
    stream = zlib.compress(bytes(profile), 9)
    middle = data[end : length.start(1)] + str(len(stream)).encode()
    moved = head.end() + len(stream) + len(middle) - length.end(1)

    def offset(found: re.Match[bytes]) -> bytes:
        old = int(found[1])
        if head.end() < old < length.end(1):
            return b"%010d" % (old + len(stream) - (end - head.end()))
        return b"%010d" % (old + moved if old > end else old)

    tail = _OFFSET.sub(offset, data[table:])
    tail = re.sub(rb"(?<=\nstartxref\n)\d+", b"%d" % (table + 1 + moved), tail)
    return data[: head.end()] + stream + middle + data[length.end(1) : table] + tail
