#!/bin/sh
# Installs the returns monitor from this folder, without a network, into a virtual environment of its own.
#
#   sh install.sh [FOLDER]      FOLDER: where the environment is made (default: venv beside this script)
#   PYTHON=/usr/bin/python3.11  which Python makes it
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
venv=${1:-$here/venv}
wanted=$(cat "$here/python-version.txt")
python=${PYTHON:-python$wanted}

if command -v sha256sum > /dev/null; then
    (cd "$here" && sha256sum --check --quiet --strict hashes.sha256) || {
        echo "install.sh: a file is not as it was when this folder was made. Carry the folder anew." >&2
        exit 1
    }
fi
if ! command -v "$python" > /dev/null; then
    echo "install.sh: there is no $python here. Install Python $wanted, or name it: PYTHON=/path/to/python sh install.sh" >&2
    exit 1
fi
found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ "$found" != "$wanted" ]; then
    echo "install.sh: $python is Python $found, and the wheels in this folder are for Python $wanted." >&2
    exit 1
fi

"$python" -m venv "$venv"
# --isolated: no setting of this machine has pip look elsewhere. --require-hashes: nothing that differs is installed.
"$venv/bin/python" -m pip --isolated --disable-pip-version-check --quiet install --no-index --no-cache-dir \
    --find-links "$here/wheels" --require-hashes --requirement "$here/requirements-linux.txt"
"$venv/bin/monitor" --version
echo "Installed. Try it: $venv/bin/monitor demo"
