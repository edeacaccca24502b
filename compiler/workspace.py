"""The world outside: finds and reads files.

A workspace is a folder with `templates/` and `content/<单位>/<年度>/`. Files are read through one gate:
size, encoding, characters. Paths that content names can only lead to plain files inside its folder.
What is made of them goes out by `publishing`.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from compiler.diagnostics import Code, Diagnostics
from compiler.gate import read_through_gate
from compiler.publishing import WorkspaceError, reason
from compiler.safe_names import PLAIN, is_hidden, is_passed_over, is_unsafe
from compiler.source import Source, Span

if TYPE_CHECKING:
    from datetime import date

    from compiler.reuse import Reader, Reuse

T = TypeVar("T")
AnyPath = str | os.PathLike[str]
"""Large reports have thousands of files: their paths are text, which is made and compared in a tenth of the time of a `Path`."""
MAX_TEXT = 4_000_000
"""Bytes of a text file."""
MAX_PICTURE = 20_000_000
"""Bytes of a picture."""

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_OPEN = os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class _Link(Exception):
    """A file is a link, or lies behind one."""


class _TooLarge(Exception):
    """A file has more bytes than it may; they are the argument."""


class Workspace:
    """One root folder."""

    def __init__(
        self,
        root: Path,
        today: date | None = None,
        instead: Mapping[Path, bytes] | Mapping[str, bytes] | None = None,
    ) -> None:
        """`instead`: what some files are taken to hold, to see what would come of a change before it is made."""
        self.root = root
        self._instead = {os.fspath(path): data for path, data in instead.items()} if instead else {}
        self._today = today
        self._prefix = os.path.join(root, "")
        self._plain_folders: dict[str, bool] = {}
        self.kept: dict[str, bytes] | None = None
        """What was read, by its path, where that is to be kept: see `keeping`."""
        self._reuse: Reuse | None = None

    def keeping(self, reuse: Reuse | None = None) -> Workspace:
        """The same folder, which keeps every file as it was first read, so that what is read of it and what is said of its bytes are
        of one state, whoever saves meanwhile. `reuse` has what earlier reports were made from.
        """
        other = Workspace(self.root, self._today, self._instead)
        other.kept, other._reuse = {}, reuse
        return other

    def with_files(self, instead: Mapping[Path, bytes]) -> Workspace:
        """The same folder, in which some files hold something else."""
        return Workspace(self.root, self._today, instead)

    @classmethod
    def around(cls, folder: Path) -> Workspace:
        """The workspace that a report's folder belongs to: the nearest folder above it with `templates`.

        Raises `WorkspaceError` when there is none.
        """
        return cls(Path(root_above(str(folder.resolve()), {})))

    def resolved(self, folder: Path) -> Path:
        """A folder with no link on the way to it from the root, where the one that is given is none."""
        name = os.fspath(folder)
        is_ours = name.startswith(self._prefix) and ".." not in name and self._is_plain(name)
        return folder if is_ours else folder.resolve()

    def shown(self, path: AnyPath) -> str:
        """A path as messages name it."""
        text = os.fspath(path)
        if text.startswith(self._prefix):
            text = text[len(self._prefix) :]
        return text.replace(os.sep, "/")

    def today(self) -> date:
        """The date on the wall, for what lapses; no document has it. Tests give one of their own."""
        from datetime import date

        return self._today or date.today()

    def start_of(self, path: AnyPath) -> Span:
        """The start of a file that is not read."""
        return Source(self.shown(path), "").span(0)

    # Reading ---------------------------------------------------------------------------

    def read_text(
        self, path: AnyPath, sink: Diagnostics, missing: Callable[[], None] | None = None
    ) -> Source | None:
        """A text file past the gate; None when it is missing or was refused, which is reported; by `missing` that there is none."""
        try:
            return self._text(path, sink, missing)
        except _Link:
            place = self.start_of(path)
            sink.error(Code.UNSAFE_PATH, place, "这是快捷方式（链接），不能用", "把文件本身放到这里")
            return None

    def read_inside(
        self, base: str, reference: str, span: Span, sink: Diagnostics, missing: Callable[[], None]
    ) -> tuple[str, Source | None] | None:
        """The file that content means by `reference`, as by `name_inside`, and its text, as by `read_text`: opening it says
        whether it is a link.
        """
        name = self._name_inside(base, reference, span, sink)
        if name is None:
            return None
        try:
            if not self._is_opened(name) and os.path.islink(name):
                raise _Link
            return name, self._text(name, sink, missing)
        except _Link:
            _refuse_link(reference, span, sink)
            return None

    def _is_opened(self, name: str) -> bool:
        """Whether reading a file opens it, and by that refuses a link."""
        return bool(_NO_LINK) and name not in self._instead and (self.kept is None or name not in self.kept)

    def _text(self, path: AnyPath, sink: Diagnostics, missing: Callable[[], None] | None) -> Source | None:
        """As `read_text`. Raises `_Link` for one."""
        shown = self.shown(path)
        try:
            data = self._read(path, MAX_TEXT)
        except _TooLarge as error:
            size = error.args[0]
            fault = (Code.FILE_TOO_LARGE, f"文件有 {size:,} 字节，最多 {MAX_TEXT:,}", "检查是不是放错了文件")
        except IsADirectoryError:
            fault = (Code.UNREADABLE_FILE, "这里应当是文件，却是一个文件夹", "移走它，放上同名的文件")
        except (FileNotFoundError, NotADirectoryError):
            if missing is not None:
                missing()
                return None
            fault = (Code.MISSING_FILE, "没有这个文件", "补上它；名称要与手册里写的一致")
        except OSError as error:
            hint = "关闭正在使用它的程序，检查权限"
            fault = (Code.UNREADABLE_FILE, f"打不开这个文件：{reason(error)}", hint)
        else:
            return read_through_gate(shown, data, sink)
        sink.error(fault[0], Source(shown, "").span(0), fault[1], fault[2])
        return None

    def read_as(self, path: Path, make: Reader[T], sink: Diagnostics) -> T | None:
        """What `make` makes of a text file that reports share; None when something is wrong with the file, which is reported."""
        source = self.read_text(path, sink)
        if source is None:
            return None
        return self._reuse.read(make, source, sink) if self._reuse else make(source, sink)

    def has(self, path: AnyPath) -> bool:
        """Whether there is something at a path, links being followed."""
        return os.fspath(path) in self._instead or os.path.exists(path)

    def _read(self, path: AnyPath, limit: int) -> bytes:
        """The bytes of a plain file of at most `limit`; raises `OSError`, `_Link` or `_TooLarge`."""
        name = os.fspath(path)
        if name in self._instead:
            return self._instead[name]
        if self.kept is None:
            return self._read_plain(name, limit)
        data = self.kept.get(name)
        if data is None:
            data = self.kept[name] = self._read_plain(name, limit)
        return data

    def _read_plain(self, name: str, limit: int) -> bytes:
        folder = name.rpartition(os.sep)[0]
        if folder.startswith(self._prefix) and not self._is_plain(folder):
            raise _Link
        if not _NO_LINK and os.path.islink(name):
            raise _Link
        try:
            handle = os.open(name, _OPEN)
        except OSError as error:
            if os.path.isdir(name):  # Windows says that opening a folder is not permitted
                raise IsADirectoryError from None
            raise _Link if error.errno == errno.ELOOP else error from None
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for without end
                raise IsADirectoryError if stat.S_ISDIR(status.st_mode) else OSError(errno.EINVAL, "")
            if status.st_size > limit:
                raise _TooLarge(status.st_size)
            data = os.read(handle, status.st_size + 1)
            while len(data) != status.st_size and (piece := os.read(handle, status.st_size + 1)):
                data += piece
            return data
        finally:
            os.close(handle)

    def files(self, folder: Path, suffix: str = "") -> list[Path]:
        """The files of a folder and its folders with that suffix, in order of path; hidden and Office lock files are left out.

        A folder called like a file is among them, and a link to a folder: nobody means it to be left out. Raises `WorkspaceError` when a
        folder cannot be read.
        """
        return [Path(name) for name in self.file_names(folder, suffix)]

    def file_names(self, folder: Path, suffix: str = "") -> list[str]:
        """The same as `files`, as text: of thousands that takes a tenth of the time."""
        found: list[str] = []
        folders = [os.fspath(folder)]
        if folder.is_symlink():  # its files are refused when they are read
            return []
        while folders:
            try:
                with os.scandir(folders.pop()) as listing:
                    entries = list(listing)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                shown = self.shown(error.filename)
                raise WorkspaceError(f"打不开文件夹“{shown}”：{reason(error)}。请检查权限。") from error
            for entry in entries:
                name = entry.name
                if is_folder(entry):
                    if name.startswith("."):
                        continue
                    link = entry.is_symlink()
                    if not link:
                        folders.append(entry.path)
                    if not link and not name.endswith((".yaml", ".md", ".html")):
                        continue
                if name.endswith(suffix) and not is_passed_over(name):
                    found.append(entry.path)
        return sorted(found)

    def inside(self, base: Path, reference: str, span: Span, sink: Diagnostics) -> Path | None:
        """The file that content means by `reference`, inside `base`; None when it leads anywhere else, which is reported."""
        name = self.name_inside(str(base), reference, span, sink)
        return None if name is None else Path(name)

    def name_inside(self, base: str, reference: str, span: Span, sink: Diagnostics) -> str | None:
        """The same as `inside`, as text."""
        name = self._name_inside(base, reference, span, sink)
        if name is not None and os.path.islink(name):
            _refuse_link(reference, span, sink)
            return None
        return name

    def _name_inside(self, base: str, reference: str, span: Span, sink: Diagnostics) -> str | None:
        """As `name_inside`, but that the file itself may be a link."""
        if PLAIN.fullmatch(reference):
            name = os.path.join(base, reference.replace("/", os.sep))
        else:
            parts = PurePosixPath(reference).parts
            if is_hidden(parts, span, sink):
                return None
            if is_unsafe(reference, parts):
                short = reference if len(reference) <= 60 else f"{reference[:60]}…"
                sink.error(
                    Code.UNSAFE_PATH,
                    span,
                    f"不能用“{short}”这个路径",
                    "写成本文件夹里的相对路径，用 / 分隔，例如 图/地图.png",
                )
                return None
            name = os.path.join(base, *parts)
        if not self._is_plain(name.rpartition(os.sep)[0]):
            _refuse_link(reference, span, sink)
            return None
        return name

    def _is_plain(self, folder: str) -> bool:
        """Whether no link lies between the root and `folder`, itself included; a folder is looked at once."""
        known = self._plain_folders.get(folder)
        if known is None and os.name == "posix" and folder.startswith(self._prefix) and ".." not in folder:
            # Windows has other links than those that `islink` knows; to resolve the whole path takes twenty times as long.
            above = folder.rpartition(os.sep)[0]
            plain = len(above) < len(self._prefix) or self._is_plain(above)
            known = self._plain_folders[folder] = plain and not os.path.islink(folder)
        elif known is None:
            real = os.path.join(os.path.realpath(self.root), os.path.relpath(folder, self.root))
            known = self._plain_folders[folder] = os.path.realpath(folder) == os.path.normpath(real)
        return known

    def read_picture(self, base: Path, reference: str, span: Span, sink: Diagnostics) -> bytes | None:
        """The bytes of a picture that prose refers to; None when there is none, which is reported."""
        path = self.inside(base, reference, span, sink)
        if path is None:
            return None
        try:
            return self._read(path, MAX_PICTURE)
        except _TooLarge:
            limit = MAX_PICTURE // 1_000_000
            sink.error(Code.PICTURE_TOO_LARGE, span, f"图片超过 {limit} MB", "用看图软件缩小后再放进来")
        except (OSError, _Link):
            hint = f"把图片放到 {self.shown(path)}"
            sink.error(Code.MISSING_FILE, span, f"没有“{reference}”这个图片文件", hint)
        return None

    def read_whole(self, path: Path) -> bytes:
        """The bytes of a file, whatever they are. Raises `WorkspaceError` when it is a link, too large, or cannot be read."""
        try:
            return self._read(path, MAX_PICTURE)
        except _Link:
            why = "这是快捷方式（链接），不能用，把文件本身放到那里"
        except _TooLarge as error:
            why = f"文件有 {error.args[0]:,} 字节，最多 {MAX_PICTURE:,}，移走它"
        except OSError as error:
            why = f"打不开：{reason(error)}"
        raise WorkspaceError(f"“{self.shown(path)}”{why}。")


def root_above(folder: str, known: dict[str, str]) -> str:
    """The root as `Workspace.around` has it, of a folder that is resolved. `known` remembers it, for the next one, of the folders passed
    on the way that are two above the report or more.
    """
    passed = [folder]
    # `Path.is_dir` raises where nobody may look.
    while (root := passed[-1]) not in known and not os.path.isdir(os.path.join(root, "templates")):
        above = os.path.dirname(root)
        if root == above:
            files = [each for each in passed if os.path.isfile(os.path.join(each, "templates"))]
            if files:
                raise WorkspaceError(
                    f"“{os.path.join(files[0], 'templates')}”是一个文件，这里要放文件夹：模板放在里面。"
                )
            raise WorkspaceError(
                f"“{folder}”和它上面的文件夹里都没有 templates 文件夹。请在放着 content 和 templates 的文件夹里运行。"
            )
        passed.append(above)
    root = known.get(root, root)
    known.update(dict.fromkeys(passed[2:], root))  # of years and departments there are as many as reports
    return root


def _refuse_link(reference: str, span: Span, sink: Diagnostics) -> None:
    sink.error(Code.UNSAFE_PATH, span, f"“{reference}”是快捷方式（链接），不能用", "把文件本身放到那里")


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder, links being followed."""
    try:
        return entry.is_dir()
    except OSError:
        return False
