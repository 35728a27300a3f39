#!/bin/sh
# The server in a headless Neovim (0.7 or newer): diagnostics, hover, a code action.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
binary=$(realpath "${CYCLINT:-target/debug/cyclint}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/project"
ln -s "$binary" "$folder/bin/cyclint"
cat > "$folder/project/port.py" <<'PYTHON'
class Port:
    def __init__(self):
        self.reader = Reader(self)
    def __del__(self):
        print('closed')
class Reader:
    def __init__(self, port):
        self.port = port
def main():
    Port()
main()
PYTHON
touch "$folder/project/pyproject.toml"
cd "$folder/project"
PATH="$folder/bin:$PATH" HOME="$folder" XDG_STATE_HOME="$folder" timeout 60 \
    nvim --headless --clean \
    -c "luafile $here/../../editors/neovim/cyclint.lua" \
    -c "edit port.py" -c "set filetype=python" -c "luafile $here/neovim.lua"
