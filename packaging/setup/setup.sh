#!/bin/sh
# Finds a Python that is new enough and hands over to setup.py.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for name in python3.11 python3.12 python3.13 python3; do
    found=$(command -v "$name") || continue
    if "$found" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$found" "$here/setup.py" "$@"
    fi
done
echo "Docent needs Python 3.11 or newer, and none was found." >&2
echo "Install it (Debian 12 and newer: apt-get install python3 python3-venv), then run make setup again." >&2
exit 1
