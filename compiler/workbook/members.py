"""Members of a workbook's ZIP file, without the time at which they were made."""

from __future__ import annotations

import datetime
import zipfile

WHEN = datetime.datetime(2000, 1, 1)
"""What the properties give as the time of writing: no workbook tells when it was made."""
_ZIPPED = (1980, 1, 1, 0, 0, 0)


def member(name: str) -> zipfile.ZipInfo:
    """What the ZIP file says of a member."""
    info = zipfile.ZipInfo(name.lstrip("/"), _ZIPPED)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    info.create_system = 3
    return info
