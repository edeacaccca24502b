"""Words replaced in many narratives: in all of them or none, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compiler.editor.keeping import journal
from compiler.editor.keeping.disk import digest, discard, put, sync
from compiler.editor.keeping.finding import Place, untouched, words
from compiler.editor.keeping.folder import Held, NarrativeFolder, sendable
from compiler.gate import is_clean
from compiler.named import NamedTuple
from compiler.publishing import WorkspaceError

_LONGEST = 1000


class _Change(NamedTuple):
    """A narrative that is to hold something else."""

    name: str
    path: Path
    before: Held
    after: str


def replace(files: NarrativeFolder, places: Sequence[Place], replacement: str, author: str) -> dict[str, int]:
    """See `NarrativeFiles.replace`."""
    if len(replacement) > _LONGEST or "\n" in replacement or not is_clean(replacement):
        raise WorkspaceError(f"替换成的字要在一行里，最多 {_LONGEST} 个，不能有控制字符。没有替换。")
    by_name: dict[str, list[Place]] = {}
    for place in places:
        by_name.setdefault(place.name, []).append(place)
    with files.writing("叙述"):
        changes = [_change(files, name, inside, replacement) for name, inside in by_name.items()]
        changes = [change for change in changes if change.after != change.before.text]
        _write(files, changes, author)
    return {name: len(inside) for name, inside in by_name.items()}


def _change(files: NarrativeFolder, name: str, places: Sequence[Place], replacement: str) -> _Change:
    path = files.path(name)
    held = files.held(path)
    why_not = files.why_not(path)
    if why_not:
        raise WorkspaceError(f"没有替换：{why_not}。")
    if any(place.digest != held.digest for place in places):
        raise WorkspaceError(f"没有替换：“{name}”刚刚又改过。请再找一次。")
    places = sorted(places, key=lambda place: place.start)
    stretches = list(words(held.text))
    out, end = "", 0
    for place in places:
        in_words = any(start <= place.start < place.end <= stop for start, stop in stretches)
        if not in_words or place.start < end:
            raise WorkspaceError(f"没有替换：“{name}”里要替换的地方不对。请再找一次。")
        out += held.text[end : place.start] + replacement
        end = place.end
    after = sendable(out + held.text[end:])
    if untouched(after) != untouched(held.text):
        raise WorkspaceError(
            f"没有替换：换了以后，“{name}”里的数或者链接会变样。替换成的字里不要有 {{{{ }}}}、[ ]( ) 这样的记号。"
        )
    return _Change(name, path, held, after)


def _write(files: NarrativeFolder, changes: Sequence[_Change], author: str) -> None:
    staged: list[Path] = []
    kept: list[tuple[str, str]] = []
    begun = False
    try:
        for change in changes:
            history = files.history_of(change.name)
            files.keep(history, change.path, change.before)
            kept.append((change.name, history.add(change.after, "replaced", author, files.clock())))
            staged.append(files.stage(change.path, change.after, change.before))
        begun = True
        journal.write(
            files.history_folder,
            journal.Journal(
                files.clock(),
                tuple((change.name, change.before.digest, digest(change.after)) for change in changes),
            ),
        )
        for change in changes:
            if files.held(change.path).data != change.before.data:
                raise WorkspaceError(f"没有替换：“{change.name}”刚刚又改过。请再找一次。")
        for change, aside in zip(changes, staged, strict=True):
            put(aside, change.path, False)
        for folder in {change.path.parent for change in changes}:
            sync(folder)
        journal.remove(files.history_folder)
    except BaseException:
        try:
            if begun:
                files.undo_unfinished(lambda: True)
        except (OSError, WorkspaceError) as error:
            raise WorkspaceError(
                "替换到一半出错，有的叙述已经换了，还没能换回去：下次存的时候会自动换回。请检查磁盘和网络。"
            ) from error
        for name, id in kept:
            files.history_of(name).forget(id)
        raise
    finally:
        discard(*staged)
    for name, id in kept:
        files.history_of(name).settle(id)
