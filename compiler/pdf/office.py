"""LibreOffice: where it is, and how it is made to print.

It gets a user profile of its own, so that one that runs already has no part in it, and a time to be done in.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen

NO_OFFICE = (
    "要写出 PDF，这台电脑上得装有 LibreOffice，没有找到。请单位的信息部门装上（在内网也能装，不用联网），再运行一次。"
    "Word 文件和网页用不着它：--to 里不写 pdf，就能写出。等不及的，用 Word 或 WPS 打开 Word 文件，另存为 PDF；"
    "那是普通的 PDF，不是归档用的 PDF/A。"
)
"""What a user without LibreOffice is told."""

_FILTER = (
    "pdf:writer_pdf_Export:{"
    + ",".join(
        f'"{name}":{{"type":"{kind}","value":"{value}"}}'
        for name, kind, value in (
            ("SelectPdfVersion", "long", "2"),  # PDF/A-2b
            ("UseTaggedPDF", "boolean", "true"),
            ("PDFUACompliance", "boolean", "true"),
            ("ExportBookmarks", "boolean", "true"),
            ("DisplayPDFDocumentTitle", "boolean", "true"),
        )
    )
    + "}"
)

# The language of a PDF is that of the user who prints it, that of its words what the DOCX says.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>zh-CN</value></prop></item>
</oor:items>
"""


class PdfError(Exception):
    """There is no PDF; the message is for the user."""


def find_office() -> Path | None:
    """LibreOffice: on the PATH, else where its installer puts it; None when it is not there."""
    # soffice.com waits for its end on Windows and prints, soffice.exe does neither.
    for name in (
        ("soffice.com", "soffice", "libreoffice") if sys.platform == "win32" else ("soffice", "libreoffice")
    ):
        if found := shutil.which(name):
            return Path(found)
    return next((path for path in _usual_places() if path.is_file()), None)


def _usual_places() -> list[Path]:
    if sys.platform == "win32":
        roots = [os.environ.get(name) for name in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)")]
        return [Path(root, "LibreOffice", "program", "soffice.com") for root in roots if root]
    if sys.platform == "darwin":
        application = Path("Applications/LibreOffice.app/Contents/MacOS/soffice")
        return [Path("/") / application, Path.home() / application]
    return [
        Path("/usr/lib/libreoffice/program/soffice"),
        Path("/snap/bin/libreoffice"),
        *sorted(Path("/opt").glob("libreoffice*/program/soffice"), reverse=True),
    ]


def print_files(office: Path, work: Path, names: tuple[str, ...], seconds: float) -> None:
    """Let LibreOffice print the DOCX files `names` in the folder `work`, each into a PDF beside it.

    It gets a new user profile in that folder, and does not run any more when this returns. Raises `PdfError` when it
    cannot be started, takes longer than `seconds` or ends with an error.
    """
    import subprocess

    settings = work / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS, encoding="utf-8")
    command = [
        str(office),
        "--headless",
        "--nologo",
        "--norestore",
        f"-env:UserInstallation={(work / 'profile').as_uri()}",
        "--convert-to",
        _FILTER,
        "--outdir",
        str(work),
        *(str(work / name) for name in names),
    ]
    try:
        process = subprocess.Popen(  # noqa: S603 - a fixed program, names of our own
            command,
            cwd=work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # soffice is a script that starts others: all of them are stopped
        )
    except OSError as error:
        raise PdfError(f"启动不了 LibreOffice（{office}）：请信息部门重新安装它。") from error
    try:
        code = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise PdfError(
            f"LibreOffice 排了 {_minutes(seconds)}还没有排完，已经停掉。再运行一次；还是这样，请信息部门重新安装 LibreOffice。"
        ) from None
    finally:
        _stop(process)
    if code:
        raise PdfError(
            f"LibreOffice 中途出错停了（代码 {code}）。再运行一次；还是这样，请信息部门重新安装 LibreOffice。"
        )


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} 分钟" if seconds >= 60 else f"{seconds:.0f} 秒"


def _stop(process: Popen[bytes]) -> None:
    """End the program and all that it started, if they still run."""
    import signal
    import subprocess
    from contextlib import suppress

    if sys.platform == "win32":
        if process.poll() is None:
            tool = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "taskkill.exe")
            subprocess.run(  # noqa: S603
                [str(tool), "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False
            )
    else:
        with suppress(ProcessLookupError, PermissionError):  # nothing is left of the group
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)


@cache
def version(office: Path) -> str:
    """What the program says of itself; empty when it says nothing."""
    import subprocess

    try:
        said = subprocess.run(  # noqa: S603
            [str(office), "--version"], capture_output=True, timeout=30, check=False, stdin=subprocess.DEVNULL
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(r"LibreOffice [\d.]+", said)
    return found[0] if found else ""
