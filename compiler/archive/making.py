"""Who makes a version, when, and what may be said of it."""

from __future__ import annotations

import getpass
from datetime import datetime

LONGEST_MESSAGE, LONGEST_NAME = 200, 30
"""Characters of what a version is for, and of its maker's name: both are printed on the slip's one page."""


def now() -> str:
    """The time on the wall with its zone, ISO 8601 to the second: when a version is made."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def login_name() -> str:
    """The name somebody is logged in by; 未知 when the system does not say."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "未知"
