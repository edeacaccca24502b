"""Passes complete the tree, in this order. Each is `(Document, Context) -> Document`.

`assemble` makes the document from outline and data, `prose` has its narratives read; `tables` makes each table while the
document is being written: they stand outside the tuple because they take or give something else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from compiler.passes.contents import contents
from compiler.passes.context import Context
from compiler.passes.numbering import numbering
from compiler.passes.references import references
from compiler.passes.substitute import substitute
from compiler.tree import Document

Pass: TypeAlias = Callable[[Document, Context], Document]

PASSES: tuple[Pass, ...] = (
    substitute,  # placeholders -> figures
    numbering,  # headings, tables, pictures get numbers and anchors
    references,  # [](#id) -> 表1, “三、…”
    contents,  # the contents list gets its entries
)
