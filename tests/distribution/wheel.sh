#!/usr/bin/env bash
# Installs the wheel into a fresh virtual environment and runs it there.
#
# tests/distribution/wheel.sh [WHEEL]     without a wheel, `pip install .` builds one (slow)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
what=$(realpath "${1:-$root}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "$what"
cd "$folder"
version=$("$folder/venv/bin/cyclint" version)
[ "$version" = "cyclint $(grep -m1 '^version' "$root/Cargo.toml" | cut -d'"' -f2)" ]
code=0
"$folder/venv/bin/cyclint" check --isolated --output-format json "$root/examples/serial_monitor" > found.json || code=$?
[ "$code" = 1 ]
python3 -c 'import json; assert [it["code"] for it in json.load(open("found.json"))] == ["CYC103"]'
echo "the wheel works: $version"
