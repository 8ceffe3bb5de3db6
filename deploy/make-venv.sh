#!/bin/sh
# Makes the virtual environment; says plainly what to install where Python cannot.
set -eu
python=$1 venv=$2
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "medtrace needs Python 3.11 or newer; \"$python\" is not." >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    else
        echo "Python has no venv module. Ask an administrator for: apt-get install python3-venv" >&2
        exit 1
    fi
fi
"$python" -m venv "$venv"
