"""汇总: many reports on one page. Each becomes a `Line` (`lines`), nothing else of it is kept; `totals` adds the lines up by
year, `spread` and `standouts` say how they lie; `blocks` is all that as a tree for DOCX and HTML (`page`), `book` a workbook.
"""
