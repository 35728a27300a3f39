#!/usr/bin/env python3
"""Draws coloured terminal output as an SVG: it makes `docs/finding.svg`.

From the root of the repository:

    cargo run --release -- check --color always examples/serial_monitor \\
        | python3 docs/finding.py > docs/finding.svg

The picture needs nothing else and follows the reader's light or dark theme.
Standard library only.
"""

import re
import sys
from html import escape

COLUMNS = 100
CHAR, LINE, MARGIN = 8.4, 19, 18

#: What the colour numbers of the output mean, as class names of the style below.
COLORS = {"33": "yellow", "36": "cyan", "38;5;9": "red", "38;5;11": "yellow", "38;5;10": "green",
          "38;5;12": "blue", "38;5;14": "cyan", "34": "blue", "31": "red", "32": "green"}

STYLE = """
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
       fill: #24292f; white-space: pre }
rect { fill: #f6f8fa; stroke: #d0d7de }
.bold { font-weight: bold }
.yellow { fill: #8a5a00 } .cyan { fill: #0b6c78 } .red { fill: #b42318 }
.green { fill: #1a7f37 } .blue { fill: #0550ae }
@media (prefers-color-scheme: dark) {
  text { fill: #d7dde4 }
  rect { fill: #161b22; stroke: #30363d }
  .yellow { fill: #e3b341 } .cyan { fill: #56c2d0 } .red { fill: #ff7b72 }
  .green { fill: #56d364 } .blue { fill: #79c0ff }
}
"""


def characters(text):
    """Each character with the classes that it is shown in."""
    color, bold = "", ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", text):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if code is None:
            yield from ((char, f"{color} {bold}".strip()) for char in part)
        elif code[1] in ("", "0"):
            color, bold = "", ""
        elif code[1] == "1":
            bold = "bold"
        else:
            color = COLORS.get(code[1], "")


def rows(text):
    """The lines of a terminal that is `COLUMNS` wide."""
    row = []
    for char, style in characters(text):
        if char == "\n" or len(row) == COLUMNS:
            yield row
            row = []
        if char != "\n":
            row.append((char, style))
    if row:
        yield row


def spans(row):
    """Neighbours of the same style as one: (column, text, style)."""
    res = []
    for column, (char, style) in enumerate(row):
        if res and res[-1][2] == style:
            res[-1][1] += char
        else:
            res.append([column, char, style])
    return res


def main():
    lines = list(rows(sys.stdin.read().strip("\n")))
    width = round(COLUMNS * CHAR + 2 * MARGIN)
    height = len(lines) * LINE + 2 * MARGIN
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
          f'width="{width}" height="{height}" role="img" aria-label="A finding of cyclint">')
    print(f"<style>{STYLE}</style>")
    print(f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>')
    for number, row in enumerate(lines):
        y = MARGIN + number * LINE + 14
        for column, text, style in spans(row):
            stripped = text.lstrip(" ")
            if not stripped.strip():
                continue
            column += len(text) - len(stripped)
            stripped = stripped.rstrip(" ")
            # The length is given, so that columns stay aligned in every font.
            attributes = f'x="{MARGIN + column * CHAR:.1f}" y="{y}" '
            attributes += f'textLength="{len(stripped) * CHAR:.1f}" lengthAdjust="spacingAndGlyphs"'
            if style:
                attributes += f' class="{style}"'
            print(f'<text xml:space="preserve" {attributes}>{escape(stripped)}</text>')
    print("</svg>")


if __name__ == "__main__":
    main()
