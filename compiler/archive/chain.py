"""What versions say of one another, and what stands beside them says of the newest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.archive import inventory
from compiler.archive.history import History, Stored, latest
from compiler.archive.layout import CONTENT, INVENTORY, LATEST, LOCK, RECORD, SIDECAR, SLIPS
from compiler.archive.problem import Problem

_ROOT, _BESIDE = "总清单", f"{LATEST} "
_OWN = frozenset((RECORD, *SLIPS))


def chain(history: History, misplaced: frozenset[int | None]) -> Iterator[Problem]:
    """Versions that are not as the next one found them, or that name another before them than there is."""
    for number, stored in history.versions.items():
        before = history.versions.get(number - 1)
        if stored.record is None or number in misplaced or number - 1 in misplaced:
            continue
        said = stored.record.previous
        if (said is None) != (number == 1) or (said and said.version != number - 1):
            place = f"v{number}/{CONTENT}/{RECORD}"
            yield Problem(number, "forged", place, "记录里写的上一版不对：记录被改写过")
        elif said and before and before.is_known:
            link = History(history.archive, {number - 1: before}, None, None, None).link()
            if link != said:
                names = "、".join(_rewritten(history, number - 1)) or RECORD
                told = f"与第{number}版记下的摘要不符：归档以后连同清单一起改写过（{names}）"
                yield Problem(number - 1, "forged", "", told)
                continue
        if stored.inventory and before and before.inventory and before.is_known:
            mine = {each: entry for each, entry in stored.inventory.versions.items() if each < number}
            if mine != dict(before.inventory.versions):
                told = "它的清单里，以前各版的内容与那一版自己的清单不同：清单被改写过"
                yield Problem(number, "forged", f"v{number}/{INVENTORY}", told)


def _rewritten(history: History, number: int) -> list[str]:
    """Files of a version of which the next version's inventory says something else."""
    own, later = history.versions[number].inventory, history.versions[number + 1].inventory
    if own is None or later is None or number not in own.versions or number not in later.versions:
        return []
    mine, theirs = own.versions[number].files, later.versions[number].files
    return sorted(
        path
        for path in mine.keys() | theirs.keys()
        if mine.get(path) != theirs.get(path) and path not in _OWN
    )


def pointers(history: History, versions: Sequence[Stored]) -> Iterator[Problem | str]:
    """What is wrong with the root inventory and latest.json, a note (`str`) where they only lag behind.

    `versions` are those in their places, in order; not empty.
    """
    newest = versions[-1]
    root, said, beside = history.root_inventory, history.root_sidecar, history.latest
    own, digest = newest.inventory_bytes, newest.digest
    if not newest.is_known or own is None or digest is None:
        return  # told of; nothing to hold them against
    agree = {_ROOT: root == own and said == inventory.sidecar(own)}
    if beside is not None:
        agree[_BESIDE] = beside.data == latest(newest.number, digest)
    lagging = {_ROOT: _is_older(versions, root, said)}
    if beside is not None:
        lagging[_BESIDE] = any(
            each.digest and beside.data == latest(each.number, each.digest) for each in versions[:-1]
        )
    ahead = {
        _ROOT: _head(root) > newest.number,
        _BESIDE: beside is not None and beside.version > newest.number,
    }
    # What is ahead knows a version that is gone, which is told.
    odd = [name for name, is_right in agree.items() if not (is_right or lagging[name] or ahead[name])]
    if root is None or said is None:
        yield Problem(
            None, "missing", INVENTORY if root is None else SIDECAR, "总清单不见了；下一次归档会补上"
        )
        odd = [name for name in odd if name != _ROOT]
    sound = root is not None and said == inventory.sidecar(root) and _head(root) == newest.number
    if len(odd) == len(agree) > 1 and sound:
        told = f"与{'、'.join(odd)}记下的摘要不符：归档以后连同清单一起改写过"
        yield Problem(newest.number, "forged", "", told)
    else:
        for name in odd:
            place = LATEST if name == _BESIDE else INVENTORY if said == inventory.sidecar(own) else SIDECAR
            yield Problem(None, "changed", place, f"{name}与各版的都不同；下一次归档会补上")
    for name in (name for name, lags in lagging.items() if lags and not agree[name]):
        yield (
            f"{name}停在以前的一版：归档在最后一步中断过，或者有人换回了旧的。用发布单上的摘要核对第{newest.number}版；"
            "下一次归档会补上。"
        )
    if beside is None and (history.archive.parent / LOCK).exists():  # where it was made; a copy needs none
        yield f"没有 {LATEST}，或读不出来；下一次归档会补上。"


def _is_older(versions: Sequence[Stored], root: bytes | None, said: bytes | None) -> bool:
    """Whether the root inventory is as it was before the newest version, or between the two writes that follow it."""
    known = [each.inventory_bytes for each in versions if each.inventory_bytes is not None]
    sidecars = [inventory.sidecar(data) for data in known]
    return root in known and said in sidecars and (root != known[-1] or said != sidecars[-1])


def _head(root: bytes | None) -> int:
    """The newest version that an inventory knows; 0 for none."""
    try:
        return inventory.read(root).head if root is not None else 0
    except ValueError:
        return 0
