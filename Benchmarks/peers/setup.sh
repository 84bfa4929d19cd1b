#!/usr/bin/env bash
# Makes Benchmarks/.venv with the peers in the pinned versions. PYTHON names the Python to use, 3.11 or later.
set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=$here/../.venv
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
  echo "error: Python 3.11 or later is needed; set PYTHON to one" >&2
  exit 1
}
# Nothing to do when the environment was made from these very requirements.
if [[ -e $venv/requirements.txt ]] && cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
  exit 0
fi
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet -r "$here/requirements.txt" >&2
cp "$here/requirements.txt" "$venv/requirements.txt"
echo "The peers are installed; run them with Benchmarks/.venv/bin/python." >&2
