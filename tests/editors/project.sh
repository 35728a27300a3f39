# Sourced by the other scripts: a folder with a ring in two files, and `cyclint` on PATH. Sets
# `editors`, and `folder`, which is removed again.
editors=$(cd "$(dirname "$0")/../../editors" && pwd)
tests=$(cd "$(dirname "$0")" && pwd)
binary=$(realpath "${CYCLINT:-target/debug/cyclint}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/project"
ln -s "$binary" "$folder/bin/cyclint"
cat > "$folder/project/port.py" <<'PYTHON'
from reader import Reader
class Port:
    def __init__(self):
        self.reader = Reader(self)
    def close(self):
        print('closed')
def main():
    Port()
main()
PYTHON
cat > "$folder/project/reader.py" <<'PYTHON'
class Reader:
    def __init__(self, port):
        self.port = port
PYTHON
touch "$folder/project/pyproject.toml"
export PATH="$folder/bin:$PATH" HOME="$folder"
cd "$folder/project"
