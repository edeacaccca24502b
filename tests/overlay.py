"""A broken copy of the sample workspace, as a case file describes it.

Paths are relative to the sample report, `templates/…` to the workspace. Sections:

- `@@ file PATH` the file's whole text, in place of what was there; `@@ file PATH gbk` in that encoding;
- `@@ bytes PATH` its bytes in hexadecimal;
- `@@ edit PATH` lines to find (`-`) and what stands there instead (`+`); only `+`: put at the end;
- `@@ delete PATH`, `@@ folder PATH`, `@@ copy PATH PATH`, `@@ link PATH TARGET`.

`⟦U+0001⟧` is a character that should not stand in a case file, `⟦[×5000⟧` a text so many times.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
REPORT = Path("content/示例局/2024")
_SPECIAL = re.compile(r"⟦U\+([0-9A-F]+)⟧|⟦([^⟧]*?)×(\d+)⟧", re.DOTALL)


def copy_sample(root: Path) -> None:
    """The healthy workspace: templates and the one report."""
    shutil.copytree(HERE / "templates", root / "templates")
    shutil.copytree(HERE / "reports" / "示例局", root / "content" / "示例局")


def is_overlay(section: str) -> bool:
    """Whether a section of a case file changes the workspace."""
    return section.split()[0] in ("file", "bytes", "edit", "delete", "folder", "copy", "link")


def apply(root: Path, sections: Iterable[tuple[str, str]], report: Path = REPORT) -> None:
    """Change the workspace as the sections say; their paths are relative to the folder `report`."""
    for section, text in sections:
        command, first, *more = section.split()
        path = _path(root, first, report)
        match command:
            case "file":
                path.parent.mkdir(parents=True, exist_ok=True)
                encoding = more[0] if more else "utf-8"
                path.write_bytes(unfolded(text).encode(encoding, "surrogatepass"))
            case "bytes":
                path.write_bytes(bytes.fromhex(unfolded(text)))
            case "edit":
                path.write_text(
                    _edited(path.read_text(encoding="utf-8"), text), encoding="utf-8", newline="\n"
                )
            case "delete":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            case "folder":
                path.mkdir(parents=True)
            case "copy":
                (shutil.copytree if path.is_dir() else shutil.copyfile)(path, _path(root, more[0], report))
            case "link":
                path.symlink_to(more[0])


def unfolded(text: str) -> str:
    """A text with its ⟦…⟧ replaced by what they stand for."""
    return _SPECIAL.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2] * int(match[3]), text)


def _path(root: Path, name: str, report: Path) -> Path:
    return root / name if name.startswith("templates/") else root / report / name


def _edited(text: str, edits: str) -> str:
    for old, new in re.findall(r"((?:^-.*\n)*)((?:^\+.*\n)*)", edits, re.MULTILINE):
        old, new = (re.sub(r"^.", "", part, flags=re.MULTILINE) for part in (old, unfolded(new)))
        if old:
            assert text.count(old) == 1, f"the sample has {text.count(old)} times:\n{old}"
            text = text.replace(old, new)
        else:
            text += new
    return text
