"""What is said when something could not be done, be it for the disk or for a fault of the program itself: one line, never a traceback."""

from __future__ import annotations

from pathlib import Path

from compiler.publishing import WorkspaceError, reason


def told(error: Exception) -> str:
    """Why something could not be done, in one line."""
    from compiler.pdf import PdfError  # late: few commands print

    if isinstance(error, (WorkspaceError, PdfError)):
        return str(error)
    if isinstance(error, OSError):
        return f"读写{_named(error.filename)}时出错：{reason(error)}。"
    return fault(error)


def _named(file: object) -> str:
    """A file that the system named, in one line that the terminal shows as it is."""
    if not isinstance(file, str):
        return "文件"
    return f"“{''.join(char if char.isprintable() else '?' for char in file)}”"


def fault(error: Exception) -> str:
    """What to say of a fault of this program, in one line: what it is and where, for who mends it; or that there is no memory left."""
    from traceback import extract_tb

    if isinstance(error, MemoryError):
        return "内存不够，没有做完。请关掉别的程序，再运行一次。"

    frames = extract_tb(error.__traceback__)
    where = f"，{Path(frames[-1].filename).name} 第{frames[-1].lineno}行" if frames else ""
    said = said_by(error)
    return f"程序自己出了错。请把这一行和这份报告的文件夹交给管程序的人：{said}{where}。"


def said_by(error: object) -> str:
    """An error by its kind and words, in one line of at most 200 characters; for who mends it."""
    return " ".join(f"{type(error).__name__} {error}".split())[:200]
