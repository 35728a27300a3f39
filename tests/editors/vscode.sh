#!/bin/sh
# The extension in a real Visual Studio Code, driven through a headless Chromium. Its parts are
# installed into PARTS the first time, which takes some minutes; screenshots go to PICTURES.
set -eu
cd "$(dirname "$0")/../.."
program=$(realpath "${CYCLINT:-target/debug/cyclint}")
parts=${PARTS:-target/vscode}
[ -e "$parts/complete" ] || tests/editors/vscode/install.sh "$parts"
parts=$(realpath "$parts")
pictures=${PICTURES:-$parts/pictures}
mkdir -p "$pictures"
(
    cd editors/vscode
    [ -d node_modules ] || npm ci
    npm run package -- --out "$parts/cyclint.vsix"
)
node tests/editors/vscode/test.mjs "$parts" "$parts/cyclint.vsix" "$program" "$pictures"
