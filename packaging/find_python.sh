#!/bin/sh
# Prints the newest interpreter that Watchword runs on (3.11 to 3.14), or says what is missing.
# PYTHON=/path/to/python in the environment overrides the search.
set -eu

suits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

for name in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3 python}; do
    found=$(command -v "$name" 2>/dev/null) || continue
    if suits "$found"; then
        echo "$found"
        exit 0
    fi
done

echo "Watchword needs Python 3.11 to 3.14; ${PYTHON:-no python on the PATH} does not suit." >&2
echo "On Debian or Ubuntu: sudo apt-get install python3 python3-venv" >&2
exit 1
