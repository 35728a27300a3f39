#!/bin/sh
# The server in Vim, by ALE. The ring has no finalizer: that it is found shows that the setting has
# reached the server.
set -eu
. "$(dirname "$0")/project.sh"
cat > "$folder/vimrc" <<VIM
filetype plugin on
packadd! ale
let &runtimepath .= ',$editors/vim'
let g:ale_linters = {'python': ['cyclint']}
let g:ale_python_cyclint_options = {'scope': 'all'}
VIM
# Vim wants a terminal.
timeout 120 script --quiet --return --command \
    "vim -N -u '$folder/vimrc' -i NONE -n port.py -c 'source $tests/vim.vim'" /dev/null \
    < /dev/null > /dev/null || { cat "$folder/found" 2> /dev/null; exit 1; }
grep -q CYC102 "$folder/found"
echo "Vim, ALE: findings and settings work"
