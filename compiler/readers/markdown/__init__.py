r"""The reader of narratives: Markdown to the tree.

The dialect is CommonMark as Chinese office writers mean it; what it has not is refused or stays plain
text, and nothing is dropped:

- paragraphs; a line indented by U+3000 or four spaces starts a new one; a line end within Chinese
  leaves nothing; two spaces or `\` before it make a line break;
- `# ` headings one level below the slot's own, with `{#id}` at the end;
- `**bold**`, `*emphasis*`, `[words](https://…)`, `[words](#id)`, `[](#id)`;
- `-` and `1.` lists, `>` quotes;
- tables, with a paragraph `表：caption {#id}` before and paragraphs `注：…` after;
- `![caption](path) {#id}` as a paragraph of its own;
- `{{ expression }}`, and `<!-- notes that are not printed -->`.
"""

from __future__ import annotations

from collections.abc import Callable

from compiler.diagnostics import Code, Diagnostics
from compiler.source import Source, Span
from compiler.tree import Block

MAX_CHARACTERS = 1_000_000


def read_markdown(
    source: Source, level: int, sink: Diagnostics, read_bytes: Callable[[str, Span], bytes | None]
) -> tuple[Block, ...]:
    """The blocks of a narrative.

    `source` is past the character gate, its line ends are newlines. `level` is that of the slot's own
    heading, 0 where it has none: a `#` heading is one below. `read_bytes` gives a picture file by its
    path as written, or None once it has reported why not.

    Every error is reported to `sink` at its place; the blocks are then good for finding more errors,
    and not for printing.
    """
    if len(source.text) > MAX_CHARACTERS:
        sink.error(
            Code.FILE_TOO_LARGE,
            source.span(0),
            f"叙述有 {len(source.text)} 个字符，最多 {MAX_CHARACTERS} 个",
            "分成几个文件",
        )
        return ()
    # Imported here: a command that reads no prose need not wait for the parser to load.
    from compiler.readers.markdown.blocks import BlockReader

    before = len(sink)
    blocks = BlockReader(source, level, sink, read_bytes).read()
    if not blocks and len(sink) == before:
        sink.error(
            Code.EMPTY_NARRATIVE,
            source.span(0),
            "叙述是空的",
            "写上内容；如果确实没有，请在大纲里去掉这一节",
        )
    return blocks
