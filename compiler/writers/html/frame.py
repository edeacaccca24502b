"""What every page begins with: its head, in which nothing may be loaded, and nothing may run but one script that is known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from compiler.writers.html.inlines import attribute, escape

# Whatever a reader or a template let through.
_POLICY = "default-src 'none'; {script}style-src 'unsafe-inline'; img-src data:"
PAGE_STYLE = Path(__file__).with_name("page.css")
CHANGES_STYLE = Path(__file__).with_name("changes.css")
"""What a comparison of two documents has besides."""


@cache
def page_rules() -> str:
    """The style sheet that every page has."""
    return PAGE_STYLE.read_text(encoding="utf-8")


def head(
    title: str,
    meta: Sequence[tuple[str, str]],
    before: str,
    after: str = "",
    language: str = "zh-CN",
    script: str = "",
) -> str:
    """The page up to its `main`, which is to be called page-main.

    `meta` are names and contents, those without content left out; `before` and `after` are the style sheets around the
    fixed one. `script` is the text of the one script that may run, which the page has at its end.
    """
    named = "".join(
        f'<meta name="{name}" content="{attribute(content)}">\n' for name, content in meta if content
    )
    allowed = f"script-src {_hash(script)}; " if script else ""
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="{attribute(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY.format(script=allowed)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n{named}"
        f"<style>\n{before}{page_rules()}{after}</style>\n"
        "</head>\n<body>\n"
        '<a class="skip" href="#page-main">跳到正文</a>\n'
    )


def _hash(script: str) -> str:
    """What a content security policy calls a script by."""
    from base64 import b64encode
    from hashlib import sha256

    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode('ascii')}'"
