"""YAML text -> raw data, by the small and safe part of YAML that forms need.

Mappings, lists and scalars; no anchors, aliases, tags, merge keys or second document, so that
nothing can multiply in memory and nothing means more than it shows. What is not plain (`plain_yaml`) is built straight over
PyYAML's events: no node graph, and a place for every value. Duplicate keys are errors.
"""

from __future__ import annotations

from sys import intern
from typing import Any

from compiler.diagnostics import Code, Diagnostics
from compiler.gate import check_characters
from compiler.patterns import pattern
from compiler.rawdata import RECURRING, Mapping, RawFile, Scalar, Sequence
from compiler.readers.plain_yaml import read_plain
from compiler.source import PLACE_BITS, Source, pack, unpack

MAX_DEPTH = 32


def read_yaml(source: Source, sink: Diagnostics) -> RawFile | None:
    """Parse a file whose root is a mapping; errors are reported, and None returned."""
    plain = read_plain(source.text, source.printable)
    if plain is not None:
        return RawFile(source, plain)
    import yaml  # late: nearly all files are plain

    loader: Any = getattr(yaml, "CLoader", yaml.Loader)(source.text)
    try:
        root = _build(loader.get_event, yaml, source, sink)
    except yaml.MarkedYAMLError as error:
        _report_syntax(error, source, sink)
        return None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        place = source.span(getattr(error, "position", 0) or 0)
        sink.error(Code.YAML_SYNTAX, place, "从这里起读不懂", "对照手册里的样例检查写法")
        return None
    finally:
        loader.dispose()
    if root is None:
        return None
    if not isinstance(root, Mapping):
        place = unpack(source, root.place)
        line = source.line(place.line)
        if isinstance(root, Scalar) and "：" in line:
            sink.error(Code.YAML_SYNTAX, place.at(line.index("：") - place.column + 1), *_WIDE_COLON)
        else:
            sink.error(
                Code.YAML_SYNTAX,
                place,
                "文件的最外层应当是“名称: 值”",
                "每行写一个名称、半角冒号、空格、值，前面不加“- ”",
            )
        return None
    return RawFile(source, root)


_NO_KEY = object()


def _build(next_event: Any, yaml: Any, source: Source, sink: Diagnostics) -> Any:
    """The root node; None when something forbidden was met (reported)."""
    scalar_event, alias_event = yaml.ScalarEvent, yaml.AliasEvent
    mapping_start, sequence_start = yaml.MappingStartEvent, yaml.SequenceStartEvent
    mapping_end, sequence_end = yaml.MappingEndEvent, yaml.SequenceEndEvent
    document_start, stream_end = yaml.DocumentStartEvent, yaml.StreamEndEvent

    def refuse(mark: Any, message: str, hint: str) -> None:
        sink.error(Code.YAML_FORBIDDEN, unpack(source, pack(mark.line, mark.column, 1)), message, hint)

    root: Any = None
    current: Any = None
    key: Any = _NO_KEY
    stack: list[tuple[Any, Any]] = []
    documents = 0
    sound = True
    notes = " #" in source.text
    while True:
        event = next_event()
        kind = type(event)
        if kind is scalar_event:
            mark = event.start_mark
            text: str = event.value
            if len(text) <= RECURRING:
                text = intern(text)
            # `pack`, written out: it is asked for once a scalar.
            place = mark.line << 2 * PLACE_BITS | mark.column << PLACE_BITS | len(text)
            if event.style == '"' or event.style == "'":
                place = _quoted_place(text, mark, event.end_mark, source)
            if event.tag is not None or event.anchor is not None:
                refuse(
                    mark,
                    "数据里不能用 YAML 的标签（!）和锚点（&）",
                    "去掉它，直接写值；要写这个符号就给整个值加上双引号",
                )
                sound = False
            # Escapes get past the gate of the file's text.
            if event.style == '"' and not check_characters(text, unpack(source, place), sink):
                sound = False
            if notes and not event.style:
                _check_note(event.end_mark, source, sink)
            if key is _NO_KEY and type(current) is Mapping:
                entries, places = current.entries, current.key_places
                if text in entries:
                    sink.error(
                        Code.DUPLICATE_KEY,
                        unpack(source, place),
                        f"“{text}”写了两次",
                        "留下对的一个，删去另一个",
                        ((unpack(source, places[text]), "第一次在这里"),),
                    )
                    sound = False
                elif text == "<<":
                    refuse(mark, "数据里不能用 YAML 的合并键（<<）", "把要的值直接写出来")
                    sound = False
                places[text] = place
                key = text
                continue
            node: Any = Scalar(text, place)
        elif kind is mapping_start or kind is sequence_start:
            mark = event.start_mark
            place = pack(mark.line, mark.column, 1)
            if event.tag is not None or event.anchor is not None:
                refuse(mark, "数据里不能用 YAML 的标签（!）和锚点（&）", "去掉它，直接写值")
                sound = False
            if key is _NO_KEY and type(current) is Mapping:
                line = source.line(mark.line + 1)[max(0, mark.column - 1) :]
                if line.startswith("{{") and stack and _takes_expression(source, stack[-1][0]):
                    inner = line.removeprefix("{{").partition("}}")[0].strip()
                    refuse(mark, "这里不写双花括号", f"直接写 {inner or '本项.全年预算数|万元'}")
                elif line.startswith("{{"):
                    refuse(mark, "含双花括号的值没有加引号", '给整个值加上双引号，写成“名称: "{{ … }}"”')
                else:
                    refuse(mark, "名称的位置上不是文字", "名称写成“名称: 值”")
                return None
            if len(stack) >= MAX_DEPTH:
                sink.error(Code.TOO_DEEP, unpack(source, place), f"嵌套超过 {MAX_DEPTH} 层", "检查括号和缩进")
                return None
            node = Mapping(place) if kind is mapping_start else Sequence(place)
        elif kind is mapping_end or kind is sequence_end:
            current, key = stack.pop()
            continue
        elif kind is alias_event:
            refuse(
                event.start_mark,
                "数据里不能用 YAML 的引用（*）",
                "把要的值直接写出来；要写星号就给整个值加上双引号",
            )
            return None
        elif kind is document_start:
            documents += 1
            if documents > 1:
                refuse(event.start_mark, "一个文件里只能有一份数据", "删去单独成行的 --- 和它后面的内容")
                return None
            continue
        elif kind is stream_end:
            break
        else:
            continue
        # Put the new node into what is open, and open it when it holds others.
        if current is None:
            root = node
        elif type(current) is Mapping:
            current.entries[key] = node
            key = _NO_KEY
        else:
            current.items.append(node)
        if type(node) is not Scalar:
            stack.append((current, key))
            current, key = node, _NO_KEY
    if root is None:
        sink.error(Code.YAML_SYNTAX, source.span(0), "文件是空的", "参照手册里的样例填写")
    return root if sound else None


_WIDE_COLON = ("冒号是全角的", "名称后面用半角冒号加一个空格，写成“名称: 值”")
_WIDE_MARK = pattern("[｛｝［］]")
_BRACKETED_YEAR = pattern(r"[\u4e00-\u9fff]\s*\[((?:19|20)\d\d)\]")
_WIDE_COLON_BRACE = pattern(r"^\s*(?:- )?[^\s:：\"'{\[#]+(：)\s*[{\[｛［]")
_TIGHT_COLON = pattern(r"^\s*(?:- )?[^\s:\"'{\[#]+(:)[^\s:]")


def _takes_expression(source: Source, outer: Any) -> bool:
    """Whether the value that was begun last in a mapping is an expression, which stands without braces."""
    key = next(reversed(outer.entries), "") if type(outer) is Mapping else ""
    return key == "逐项" or (key == "值" and "/charts/" in f"/{source.path}")


def _quoted_place(text: str, start: Any, end: Any, source: Source) -> int:
    """The place of the text inside its quotes; of all that is quoted when it is written in another way (escapes)."""
    if source.line(start.line + 1).startswith(text, start.column + 1) and end.line == start.line:
        return pack(start.line, start.column + 1, len(text))
    return pack(start.line, start.column, end.column - start.column if end.line == start.line else 1)


def _check_note(mark: Any, source: Source, sink: Diagnostics) -> None:
    """Warn of ` #` behind a value: YAML takes the rest of the line for a note, whoever typed it meant it or not."""
    rest = source.line(mark.line + 1)[mark.column :]
    if rest.startswith((" ", "\t")) and rest.lstrip().startswith("#"):
        place = pack(mark.line, mark.column + len(rest) - len(rest.lstrip()), len(rest.strip()))
        sink.warning(
            Code.NOTE_AFTER_VALUE,
            unpack(source, place),
            "从“#”起是备注，不会印出来",
            "是值的一部分，就给整个值加上双引号；是备注，就另起一行写",
        )


def _report_syntax(error: Any, source: Source, sink: Diagnostics) -> None:
    """Put PyYAML's complaint into words, and at the place where the slip was made, which is often above."""
    mark = error.problem_mark or error.context_mark
    start = error.context_mark or mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    if line >= len(source.lines):  # libyaml points past the end when something is left open
        line, column = len(source.lines) - 1, len(source.lines[-1])
    problem, context = str(error.problem or ""), str(error.context or "")
    # A name without its colon runs on into the next line, where libyaml trips over it.
    first = start.line if start and "simple key" in context else max(0, line - 1)
    for number in range(first, line + 1):
        text = source.lines[number]
        indent = len(text) - len(text.lstrip())
        before_brace = _WIDE_COLON_BRACE.match(text)
        tight, wide = _TIGHT_COLON.match(text), _WIDE_MARK.search(text.partition("#")[0])
        if "\t" in text[:indent]:
            _place(number, text.index("\t"), "行首用了制表符（Tab）", "行首的缩进改用空格", source, sink)
        elif before_brace:
            _place(number, before_brace.start(1), *_WIDE_COLON, source, sink)
        elif "：" in text and ":" not in text:
            _place(number, text.index("："), *_WIDE_COLON, source, sink)
        elif tight and "flow" not in context:
            _place(number, tight.start(1), "冒号后面没有空格", "写成“名称: 值”", source, sink)
        elif wide:
            _place(number, wide.start(), f"“{wide[0]}”是全角的", "花括号和方括号都用半角", source, sink)
        else:
            continue
        return
    message, hint = "这里的写法读不懂", "检查冒号后面有没有空格、缩进是否对齐、引号和括号是否成对"
    if "mapping values are not allowed" in problem:
        message, hint = (
            "这一行有多余的冒号，或缩进不对",
            "值里有冒号的，给整个值加上双引号；同一层的名称左边要对齐",
        )
    elif "could not find expected ':'" in problem:
        message, hint = "这里少了“: ”", "名称后面用半角冒号加一个空格，写成“名称: 值”"
        line, column = start.line, start.column
    elif "escape" in problem:
        message, hint = "双引号里的反斜杠写法不对", "整个值改用单引号，或删去反斜杠"
    elif "quoted scalar" in context or "unexpected end of stream" in problem:
        message, hint = "引号没有成对", "补上另一个引号"
        line, column = start.line, start.column
    elif "flow" in context and start.line < line:
        message, hint = "这个括号没有成对，或里面的写法不对", "补上另一半括号；各项之间用半角逗号和空格隔开"
        line, column = start.line, start.column
    elif "flow" in context:
        message, hint = "花括号或方括号里的写法不对", "各项之间用半角逗号和空格隔开，括号要成对"
    elif any(word in context for word in ("an anchor", "an alias", "a tag")):
        message, hint = f"值不能用“{source.lines[line][start.column]}”开头", "给整个值加上双引号"
        line, column = start.line, start.column
    elif "did not find expected key" in problem or "expected '-'" in problem:
        message, hint = "这里的缩进不对，或前一项没有写完", "同一层的名称左边要对齐；引号和括号要成对"
    elif "cannot start any token" in problem:
        message, hint = f"值不能用“{source.lines[line][column : column + 1]}”开头", "给整个值加上双引号"
    if "[" in source.lines[line] and (year := _BRACKETED_YEAR.search(source.lines[line])):
        hint = f"文号的年份用六角括号：〔{year[1]}〕；不是文号的，{hint}"
    _place(line, column, message, hint, source, sink)


def _place(line: int, column: int, message: str, hint: str, source: Source, sink: Diagnostics) -> None:
    sink.error(Code.YAML_SYNTAX, unpack(source, pack(line, column, 1)), message, hint)
