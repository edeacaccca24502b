"""What every kind of compile problem means: the one source of `chengwen explain` and of the page 出错信息 of the manual.

The words are Markdown, as they stand in the manual (tests/test_manual.py holds them equal); `plain` is what a terminal
prints. What the rules say of themselves stands in their `Check`s.
"""

from __future__ import annotations

import re

from compiler.diagnostics import Code
from compiler.named import NamedTuple

GROUPS: dict[str, str] = {
    "F": "文件",
    "Y": "数据文件的写法",
    "D": "数据的内容",
    "M": "叙述",
    "X": "表达式",
    "T": "表模板",
    "O": "大纲",
    "R": "引用",
    "P": "图片和图表",
    "A": "金额和比率",
    "S": "评分",
    "I": "绩效指标",
    "N": "文字和数",
    "G": "体例和标点",
    "L": "与上年比较",
    "W": "放行",
    "B": "没有填完的",
}
"""What the first letter of a code says: compile problems, then rules."""


class Explanation(NamedTuple):
    """A kind of compile problem."""

    title: str
    """What is wrong."""
    words: str
    """What it means."""
    mend: str
    """What to do about it."""


def plain(words: str) -> str:
    """Words of the manual as a terminal shows them."""
    return re.sub(r"\[(.+?)\]\(.+?\)", r"“\1”", words).replace("`", "")


EXPLANATIONS: dict[Code, Explanation] = {
    Code.NOT_UTF8: Explanation(
        "编码不对",
        "中文存成了别的编码（多半是 GBK），程序读不出来。",
        "用记事本打开，另存为，编码选 UTF-8，存回原处。",
    ),
    Code.FORBIDDEN_CHARACTER: Explanation(
        "有不能印的字符",
        "从别的软件粘贴来的控制字符，眼睛看不见，Word 也读不了。",
        "删去它。看不见的，把前后几个字一起删了重打。",
    ),
    Code.UNSAFE_PATH: Explanation(
        "路径不能用",
        "图片的路径、`waivers.yaml` 里的位置出了报告的文件夹，写了电脑上的完整路径，或者名称以“.”“~$”开头：那是隐藏的、临时的文件，程序一概不读。",
        "把图片拷到 `narrative/图` 里，写成 `图/设备.png`；放行的位置，写这份报告的文件，如 `data/budget.yaml`。",
    ),
    Code.MISSING_FILE: Explanation(
        "没有这个文件",
        "该有的文件没有，或者名称不一样。",
        "补上它，或者把名称改对。",
    ),
    Code.UNUSED_FILE: Explanation(
        "多出来的数据文件",
        "`data` 里有程序不认识的文件，里面的数不会进报告。多半是文件名打错了。",
        "改成对的名称；不要的，移到别处。",
    ),
    Code.FILE_TOO_LARGE: Explanation(
        "太大",
        "文件太大，或者一段文字太长。",
        "检查是不是放错了文件；一段太长的，分成几段。",
    ),
    Code.SUSPICIOUS_CHARACTER: Explanation(
        "有看不见的字符",
        "警告。零宽空格之类，印出来看不见，查找、复制时却会出错。",
        "删去它。",
    ),
    Code.UNREADABLE_FILE: Explanation(
        "打不开文件",
        "没有权限，或者别的程序占着它；也可能该是文件的是个文件夹，该是文件夹的（如 `data`）是个文件。",
        "关闭占着它的程序；还不行，请管电脑的人看权限。",
    ),
    Code.YAML_SYNTAX: Explanation(
        "写法读不懂",
        "冒号、缩进、引号、括号有一处不对。",
        "按提示改。最常见的是用了全角冒号、值里有冒号没加双引号、行首用了 Tab 键。",
    ),
    Code.YAML_FORBIDDEN: Explanation(
        "数据里不能用的写法",
        "YAML 还有别的写法（标签、锚点、引用），数据文件里不用。往往是值以 `*`、`&`、`!` 开头。",
        "给整个值加上双引号。",
    ),
    Code.DUPLICATE_KEY: Explanation(
        "写了两次",
        "同一层里一个名称写了两次，程序不知道用哪个。",
        "留下对的一个。",
    ),
    Code.TOO_DEEP: Explanation(
        "套得太深",
        "括号或缩进套了太多层。",
        "多半是括号打多了，检查括号和缩进。",
    ),
    Code.NOTE_AFTER_VALUE: Explanation(
        "值的后面有备注",
        "空格加“#”起的文字，程序当作给同事看的备注，不印出来。要是它本来是值的一部分，就丢了，所以提醒一下。",
        '给整个值加上双引号：`未支出原因: "合同 #3 未到期"`。',
    ),
    Code.UNKNOWN_KEY: Explanation(
        "没有这个名称",
        "名称打错了，或者这一层没有这一项。",
        "改成提示里的名称。要记的数这里确实没有，写在 `补充数据` 里。",
    ),
    Code.MISSING_KEY: Explanation(
        "少了一项",
        "必填的没有填，或者填了“无”“同上”这样等于没有填的。",
        "补上。",
    ),
    Code.WRONG_TYPE: Explanation(
        "种类不对",
        "该填数的地方填了文字，该是列表的地方只写了一个值，等等。",
        "没有数的，把这一行删去；要说明的，写在 `说明` 里。",
    ),
    Code.WRONG_UNIT: Explanation(
        "单位不对",
        "金额写了别的单位，或者百分比没带百分号。",
        "金额的单位只有元、万元、亿元；百分比要带百分号。",
    ),
    Code.NEGATIVE_AMOUNT: Explanation(
        "金额是负数",
        "金额不能小于 0。",
        "核对后改正。",
    ),
    Code.OUT_OF_RANGE: Explanation(
        "超出范围",
        "数太大或太小，超出了它可以有的范围。",
        "核对后改正。",
    ),
    Code.DUPLICATE_ENTRY: Explanation(
        "项目重复",
        "两个文件写的是同一个项目，多半是复制文件后忘了改名称。",
        "改正名称，或删去重复的文件。",
    ),
    Code.NOT_A_CHOICE: Explanation(
        "不在可选的里面",
        "只能从几个里面选一个的，写了别的。",
        "从提示里列出的选一个。",
    ),
    Code.FULL_WIDTH: Explanation(
        "有全角字符",
        "警告。数字用了全角，程序认出来了，还是改成半角好。",
        "改成半角。",
    ),
    Code.MISMATCH: Explanation(
        "与文件夹不一致",
        "`report.yaml` 里的单位、年度，与它所在的文件夹不一样。复制上一年的文件夹后，忘了改年度，就是这一条；它防止新的一年盖掉旧的。",
        "改正其中一个。",
    ),
    Code.MARKDOWN_UNSUPPORTED: Explanation(
        "不支持的写法",
        "叙述里用了报告里没有的写法。错误：脚注、代码、分隔线、图片和文字混在一段、备注没有结尾、标题写坏，等等。警告：网页代码、删除线会原样印出来，列表的号不连续。",
        "照提示改成[编辑](编辑.md)里写的样子。就是要印出这个符号的，前面加反斜杠。",
    ),
    Code.BROKEN_TABLE: Explanation(
        "表格写得不对",
        "有一行的格数与表头不一样，或者少了表头下面那一行横线。",
        "每行的格数与表头一样；格里要印竖线，写成 `\\|`。",
    ),
    Code.EMPTY_NARRATIVE: Explanation(
        "叙述是空的",
        "有这个文件，里面没有字。",
        "写上内容。",
    ),
    Code.UNSAFE_LINK: Explanation(
        "链接不能用",
        "只能链接网址和邮箱。",
        "改成网址，或者删去链接，只留文字。",
    ),
    Code.HEADING_TOO_DEEP: Explanation(
        "标题级数太多",
        "报告的标题最多四级，连大纲里的章节一起算。",
        "少写一个 `#`，或者写成普通段落。",
    ),
    Code.PLACEHOLDER_UNCLOSED: Explanation(
        "双花括号不成对",
        "双花括号少了一边、写成了单的或全角的；这样数不会填进去。",
        "写成 `{{ 名称 }}`，在同一行里，都用半角。",
    ),
    Code.MARKDOWN_TOO_DEEP: Explanation(
        "套得太深",
        "列表里套列表、加粗里套加粗，太多层。",
        "减少层次。",
    ),
    Code.UNMATCHED_MARK: Explanation(
        "星号不成对",
        "警告。加粗少了一半，星号会印出来。",
        "补上另一半，或者删去。",
    ),
    Code.EXPRESSION_SYNTAX: Explanation(
        "表达式看不懂",
        "双花括号里的写法不对，多半是用了全角符号，或者少了点、竖线。",
        "写成 `{{ 名称.名称|过滤器 }}`，符号都用半角。",
    ),
    Code.EXPRESSION_FORBIDDEN: Explanation(
        "不能这样写",
        "表达式里只能用[表达式](表达式.md)一页写的。",
        "删去它，换成能用的写法。",
    ),
    Code.UNDEFINED_NAME: Explanation(
        "没有这个名称",
        "数据里没有叫这个名称的一项，多半是名称打错了。",
        "改成提示里的名称。`补充数据` 里的名称，要先在数据文件里写上。",
    ),
    Code.UNKNOWN_FILTER: Explanation(
        "没有这个过滤器",
        "竖线后面的过滤器，名称打错了，或者没有这一个。",
        "改成提示里的。",
    ),
    Code.FILTER_MISUSE: Explanation(
        "过滤器用错了地方",
        "金额用了百分比的写法，不是列表却要个数，或者拿不同的东西一起算。",
        "照提示换一个。",
    ),
    Code.NO_VALUE: Explanation(
        "没有填",
        "名称是对的，可是数据里没有填这一项。",
        "在数据文件里补上。确实没有的，写 `{{ 本项目.年初预算数|万元|默认('—') }}`。",
    ),
    Code.NOT_PRINTABLE: Explanation(
        "不知道怎样印",
        "金额没说用什么单位，或者取的是一整组数、一个列表。",
        "金额加 `|万元`，百分比加 `|百分比`，别的用点写到具体的一项。",
    ),
    Code.EXPRESSION_TOO_LONG: Explanation(
        "表达式太长",
        "一个双花括号里写得太长，或者套得太深。",
        "拆成几个短的。",
    ),
    Code.TEMPLATE_SYNTAX: Explanation(
        "模板写错了",
        "标签没有结束、放错了地方、列宽没写好，等等。",
        "照提示补上或移动。",
    ),
    Code.TEMPLATE_FORBIDDEN: Explanation(
        "模板里不能用",
        "只能用[模板管理员](模板管理员.md)里列出的标签、属性和语句。",
        "删去它；颜色、字体这些写在 `style.yaml` 里。",
    ),
    Code.TABLE_GRID: Explanation(
        "格子没有占满",
        "有一行多了或少了格，或者合并的行数不对。",
        "数一数每行的格，把 `rowspan`、`colspan` 也算上。",
    ),
    Code.TABLE_TOO_LARGE: Explanation(
        "表太大",
        "一张表超过二十万格，多半是 for 套错了。",
        "检查 for 的范围。",
    ),
    Code.OUTLINE: Explanation(
        "大纲写错了",
        "`逐项` 后面写的不是列表，等等。",
        "改成列表的名称，如 `项目`、`单位.内设机构`。",
    ),
    Code.MISSING_NARRATIVE: Explanation(
        "缺少叙述文件",
        "大纲里有这一节，`narrative` 里没有它的文件。新加一个项目时常见：数据文件加了，叙述文件还没写。",
        "新建提示里说的文件，写上这一段。",
    ),
    Code.UNUSED_NARRATIVE: Explanation(
        "叙述文件没有用上",
        "有这个文件，大纲里却没有哪一节用它，写的字不会进报告。删了项目的数据文件、忘了删叙述，或者文件名打错了，就是这一条。",
        "项目的叙述，先看 `data/projects` 里同名的数据文件是不是误删了、改了名；别的改成对的名称，或者移走。",
    ),
    Code.UNKNOWN_REFERENCE: Explanation(
        "引用的地方没有",
        "用 `#` 引用的标题、表、图或附件，报告里没有。",
        "改成提示里的名称；被引用的标题、表题、图的末尾要写 `{#名称}`。",
    ),
    Code.DUPLICATE_ID: Explanation(
        "两处同名",
        "两个标题、表或图的末尾写了同一个 `{#名称}`，引用时不知道指哪一处。",
        "给一处换个名称。",
    ),
    Code.BAD_PICTURE: Explanation(
        "图片不能用",
        "不是 PNG 或 JPEG，或者文件坏了。把别的格式改个扩展名，不算转换。",
        "用画图软件打开，另存为 PNG 或 JPEG。",
    ),
    Code.PICTURE_TOO_LARGE: Explanation(
        "图片太大",
        "图片文件太大，或者长宽太大。",
        "用画图软件缩小后另存。",
    ),
    Code.CHART: Explanation(
        "图写错了",
        "`charts` 里的一张图，各项没写全，没有数可画，或者把两种单位的数画在一起。",
        "照提示改 `charts` 里的文件，写法见[模板管理员](模板管理员.md)。",
    ),
    Code.CHART_NOT_DRAWN: Explanation(
        "图没有画好",
        "电脑上没有装画图的程序（matplotlib）或中文字体，报告照样生成，图的地方印成了表；或者有的字字体里没有，印成了方框。",
        "请管电脑的人照提示装上，再运行一次。",
    ),
}
"""By code, in order."""
