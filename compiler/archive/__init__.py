"""Versions of builds: freeze one, list, verify, rebuild, restore.

A report's versions are one OCFL 1.1 object, `build/单位/年度/archive/`, that archivists' own tools read:

    archive/0=ocfl_object_1.1, inventory.json, inventory.json.sha256     a copy of the newest version's
            v1/inventory.json, inventory.json.sha256
               content/documents/   the report as DOCX, HTML, PDF; trace.json
                       input/       templates/ and content/, from which `verify --rebuild` builds again
                       check/       what the rules found, with waivers: findings.json, 检查报告.html
                       metadata.xml element names of DA/T 46-2009
                       record.json  digests of all the above, how it was made, the version before (the chain)
                       发布单.docx, 发布单.html   one page to print, sign and keep elsewhere

A version is whole by itself, nothing is shared between two: a flipped bit harms one version, and a clerk finds
every file where its name says. It is written aside, made durable, and put in place by one rename; nothing below
`vN` is ever written again.

`layout` names things, `digests`, `inventory`, `record`, `metadata`, `self_check`, `slip` make what a version holds,
`store` writes it durably, `freeze` gives the order; `history` reads versions back, `verify`, `rebuild`, `restore` use it.
"""
