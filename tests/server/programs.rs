//! Small programs with rings.

/// A ring in one file: the finding stands at line 3.
pub(crate) const PORT: &str = "\
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
";

/// A ring through two files. The finding stands in `port.py`, line 4.
pub(crate) const TWO_FILES: [(&str, &str); 2] = [
    (
        "port.py",
        "\
from reader import Reader
class Port:
    def __init__(self):
        self.reader = Reader(self)
    def __del__(self):
        print('closed')
def main():
    Port()
main()
",
    ),
    (
        "reader.py",
        "\
class Reader:
    def __init__(self, port):
        self.port = port
",
    ),
];

/// The same without the reference that closes the ring.
pub(crate) const HARMLESS_READER: &str = "\
class Reader:
    def __init__(self, port):
        self.port = None
";
