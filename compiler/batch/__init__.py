"""Many reports in one run: what is unchanged is left alone, the rest is compiled by worker processes, here or on other machines.

`task` compiles one report and says what came of it; it is the same everywhere. `pool` runs it in processes of this machine,
`cluster` on a Dask cluster, `remote` around storage that is no folder. `sources` sees what a report is made from, `record`
remembers it beside the outputs, `program` is what else they depend on.
"""
