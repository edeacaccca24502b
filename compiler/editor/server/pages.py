"""What the browser gets that is no answer to a question: the page, its styles and scripts, the frame of the preview."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from compiler.named import NamedTuple

PAGE = Path(__file__).parents[1] / "page"
"""The folder of all of them."""

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FRAME_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_SCRIPT = re.compile(r'<script src="/?static/([\w./-]+)"(?: defer)?(?: type="module")?></script>')
_STYLE = re.compile(r'<link rel="stylesheet" href="/?static/([\w./-]+)" ?/?>')
_INLINE = re.compile(r"<script(?: type=\"module\")?>(.*?)</script>", re.DOTALL)


class File(NamedTuple):
    """What is sent."""

    body: bytes
    type: str
    policy: str
    """The content security policy; empty for what is no page."""


def names(folder: Path = PAGE) -> dict[str, Path]:
    """The files that /static/ has, by name: what stands in the folder when the server starts, and nothing else, ever."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.suffix in _TYPES
        and path.is_file()
        and not path.is_symlink()
        and "node_modules" not in path.parts
    }


def static(path: Path) -> File:
    """A style, a script, a picture."""
    return File(path.read_bytes(), _TYPES[path.suffix], "")


def index(folder: Path = PAGE) -> File:
    """The page."""
    return File((folder / "index.html").read_bytes(), "text/html; charset=utf-8", _PAGE_POLICY)


def frame(folder: Path = PAGE) -> File:
    """The frame that shows the report.

    It has an origin of its own, so that nothing in a report reaches the page or the server; from there not even our scripts can
    be asked for. So its scripts and styles are put into it, and only these scripts may run.
    """
    known = names(folder)

    def read(found: re.Match[str]) -> str:
        return known[found[1]].read_text(encoding="utf-8")

    text = (folder / "preview.html").read_text(encoding="utf-8").replace("\r\n", "\n")
    text = _STYLE.sub(lambda found: f"<style>{read(found)}</style>", text)
    text = _SCRIPT.sub(lambda found: f'<script type="module">{read(found)}</script>', text)
    hashes = " ".join(
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in _INLINE.findall(text)
    )
    policy = _FRAME_POLICY.format(hashes=hashes or "'none'")
    return File(text.encode(), "text/html; charset=utf-8", policy)
