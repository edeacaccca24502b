#!/bin/sh
# Starts the page for editors; with words, any other command: ./启动.sh build
here=$(cd "$(dirname "$0")" && pwd)
# One that the bundle has wheels for comes first; start.py says what is wrong with any other.
for python in python3.13 python3.12 python3.11 python3; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    for listed in "$here"/program/wheels/*-"$version".txt; do
        [ -e "$listed" ] && exec "$python" "$here/program/start.py" "$@"
    done
done
for python in python3.13 python3.12 python3.11 python3; do
    if "$python" -c "" >/dev/null 2>&1; then
        exec "$python" "$here/program/start.py" "$@"
    fi
done
echo "这台电脑上没有 Python。请管理员装 Python 3.11 以上的一版。" >&2
exit 3
