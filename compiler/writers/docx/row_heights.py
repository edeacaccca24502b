"""How high the rows of a table are: those beside a tall merged cell, and those of a form, which fills its page."""

from __future__ import annotations

from collections.abc import Sequence

_FORM_STRETCH = 2.6


def make_room(heights: list[float], tall: Sequence[tuple[int, int, float]], least: float) -> set[int]:
    """Raise rows to the least height, and the rows beside a tall merged cell evenly until it fits.

    Word would raise the last of them only, and that row, which does not divide, would leave half a page
    empty. The rows raised are returned.
    """
    heights[:] = [height if height > least else least for height in heights]
    raised: set[int] = set()
    for start, end, height in sorted(tall, key=lambda cell: cell[1] - cell[0]):
        end = min(end, len(heights))
        missing = height - sum(heights[start:end])
        if missing > 0:
            for index in range(start, end):
                heights[index] += missing / (end - start)
            raised.update(range(start, end))
    return raised


def share_room(heights: list[float], room: float) -> list[float]:
    """Row heights that fill `room`: each row gets an equal share of what is left.

    A short form is not stretched out of shape: no row grows beyond a few times its need. A form
    that already needs more than the room is left as it is.
    """
    spare = room - sum(heights)
    if spare <= 0 or not heights:
        return heights
    share = spare / len(heights)
    most = _FORM_STRETCH - 1
    if min(heights) * most >= share:
        return [height + share for height in heights]
    return [height + min(share, height * most) for height in heights]
