#!/usr/bin/env bash
# Runs the hook with the real pre-commit in a scratch repository: a commit with a cycle fails, a
# clean one passes, and one that only deletes a file is checked, too.
#
# tests/distribution/pre_commit.sh [HOOK]     cyclint-system by default, with the cyclint on PATH;
#                                             cyclint builds it from source (slow)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
hook=${1:-cyclint-system}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export PRE_COMMIT_HOME=$folder/cache
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@localhost
export GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@localhost

# What would be published: the files as they are now, committed.
git init --quiet "$folder/tool"
cd "$root"
git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -cf - -T - | tar -xf - -C "$folder/tool"
cd "$folder/tool"
git add --all
git commit --quiet --message tool

git init --quiet "$folder/project"
cd "$folder/project"
cat > .pre-commit-config.yaml <<EOF
repos:
  - repo: $folder/tool
    rev: $(git -C "$folder/tool" rev-parse HEAD)
    hooks:
      - id: $hook
EOF
pre-commit install > /dev/null
cat > node.py <<EOF
class Node:
    def __init__(self):
        self.me = self

    def __del__(self):
        pass


Node()
EOF
git add --all
if git commit --quiet --message cycle 2> failed.txt; then
    echo "a commit with a cycle passed"
    exit 1
fi
grep -q CYC101 failed.txt
rm failed.txt
sed -i 's/self.me = self/self.me = None/' node.py
git add --all
git commit --quiet --message clean
git rm --quiet node.py
git commit --quiet --message deleted 2> deleted.txt || { cat deleted.txt; exit 1; }
grep -q 'Passed' deleted.txt
echo "the hook $hook works"
