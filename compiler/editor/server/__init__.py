"""What the editors' page asks, over HTTP, on this computer alone.

    GET  /  /preview  /static/NAME                the page, the frame of the preview, scripts and styles
    POST /api/enter    code                       {token}, that every other request to /api brings as X-Token; once a code
    GET  /api/shelf                               {workspace, reports: [{id, department, year, kind, title, problem}]}
    GET  /api/report   report                     {report, title, kind, version, mark, tree, style, sections:
                                                   [{key, digest, html, sheet}], problems, others, progress,
                                                   revision, to be given to the first watch}
    GET  /api/text     report slot                {slot, text, digest, chips, writable, why}
    POST /api/preview  report slot text seq       {version, mark, seq, order: [key], changed: {key: {html, digest, sheet}},
                       [since]                     chips, problems, tree}
    POST /api/save     report slot text base      {digest, text, merged}; 409 {error, conflict: {mine, theirs, base, digest, pieces}}
    GET  /api/findings report                     {version, findings, progress, tree}
    GET  /api/watch    report revision            {revision, slots, data, others}, when something changed or after 25 seconds
    GET  /api/figure   report figure [version]    {id, text, expression, reads}; 404 when the page of that version
                       [text]                      has no such figure, or one that shows other words
    GET  /api/values   report slot query          {values: [{expression, text, name, group, source}]}
    GET  /api/history  report slot                {moments: [{id, time, author, why, word, digest, size, added, removed}]}
    GET  /api/moment   report slot moment         {text, pieces: [{tag, text}]}, from the moment to now
    POST /api/restore  report slot moment base    as save; `base` is the digest of the text before the user
    POST /api/find     reports query case         {hits: [{report, slot, line, before, match, after, id, digest}], more}
    POST /api/replace  hits replacement           {replaced, slots: [{report, slot, count}]}
    POST /api/job      report what [formats] [version] [note]   {job}
    GET  /api/job      job                        {state, stage, done, whole, message, files: [{name, id, size}]}
    GET  /api/file     id                         the bytes
    GET  /api/versions report                     {versions: [{number, sound, at, by, note}]}
    POST /api/here     report slot                {others}

`tree` is [{number, title, level, slot, section, exists, states: [stale, changed, problem]}], a finding or a problem {code,
severity, title, slot, file, line, column, end, message, hint, place}, its severity
error, warning or info, a piece {tag: equal, inserted or deleted, text}. Offsets and columns count code points. Every
refusal is {error: {message, hint}} with its status.

`since` is the mark of the last answer that the page took: what is as it was there is left out, `order` and `tree` are null.
"""
