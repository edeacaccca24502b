"""Charts of figures: `declaration` is a template's charts/名称.yaml, `program` runs it over data to `ChartData`, `told` says
that in words and as a table, `drawing` draws it with the typeface that `fonts` finds.
"""
