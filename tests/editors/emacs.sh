#!/bin/sh
# The server in Emacs, by eglot and by lsp-mode. The ring has no finalizer: that it is found shows
# that the setting has reached the server.
set -eu
. "$(dirname "$0")/project.sh"
export EDITORS="$editors"
for client in eglot lsp-mode; do
    timeout 120 emacs --batch -l package -f package-initialize -l "$tests/emacs-$client.el"
    echo "Emacs, $client: findings, hover and settings work"
done
