#!/usr/bin/env bash
# The short tests on each Python that is supported and is on this machine, in build/python-*. All tests run on .venv's own.
set -euo pipefail

where_is() {
  local found
  # pyenv has a name on the PATH for each Python, and refuses those that are not chosen.
  for found in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python; do
    if "$found" -c "" 2>/dev/null; then echo "$found"; return; fi
  done
}

own=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
for version in 3.11 3.12 3.13; do
  if [ "$version" = "$own" ]; then continue; fi
  python=$(where_is "$version")
  if [ -z "$python" ]; then echo "Python $version is not on this machine."; continue; fi
  folder=build/python-$version
  if [ requirements.lock -nt "$folder/ready" ]; then
    "$python" -m venv "$folder"
    "$folder/bin/python" -m pip --disable-pip-version-check -q install --require-hashes --no-deps -r requirements.lock
    "$folder/bin/python" -m pip --disable-pip-version-check -q install --no-deps --no-build-isolation -e .
    touch "$folder/ready"
  fi
  echo "The short tests on Python $version:"
  "$folder/bin/python" -m pytest -n 2 tests/unit tests/histories tests/states tests/architecture
done
