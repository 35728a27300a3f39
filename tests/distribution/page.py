#!/usr/bin/env python3
"""Opens the HTML report in a headless browser: it has to filter, obey keys, and fit a phone.

tests/distribution/page.py CYCLINT [FOLDER FOR SCREENSHOTS]

Needs `chromium` on PATH. The page is driven by a script that is put into a copy of it and writes
what it sees into the document, which the browser dumps.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BROWSER = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]

PROBE = """
<script>
const seen = [];
const visible = () => document.querySelectorAll("article:not([hidden])").length;
const select = (name, value) => {
  const it = document.querySelector(`[name=${name}]`);
  it.value = value;
  it.dispatchEvent(new Event("input", { bubbles: true }));
};
const key = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
seen.push(["all", visible()]);
select("rule", "CYC103"); seen.push(["rule", visible()]); select("rule", "");
select("class", "Port"); seen.push(["class", visible()]); select("class", "");
select("file", "node.py"); seen.push(["file", visible()]); select("file", "");
select("text", "nothing like this"); seen.push(["text", visible()]); select("text", "");
key("j"); seen.push(["j", document.activeElement.id]);
key("j"); seen.push(["jj", document.activeElement.id]);
key("k"); seen.push(["k", document.activeElement.id]);
key("/"); seen.push(["/", document.activeElement.name]);
const target = document.querySelector(".ring a").getAttribute("href");
seen.push(["link", document.querySelector(target) !== null]);
seen.push(["fits", document.documentElement.scrollWidth <= window.innerWidth]);
document.body.append(Object.assign(document.createElement("output"), { id: "seen", textContent: JSON.stringify(seen) }));
</script>
"""

EXPECTED = (
    '[["all",2],["rule",1],["class",1],["file",1],["text",0],["j","f1"],["jj","f2"],["k","f1"],'
    '["/","text"],["link",true],["fits",true]]'
)


def main():
    cyclint = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in (ROOT / "examples/serial_monitor").glob("*.py"):
            (folder / file.name).write_text(file.read_text())
        ring = "class Node:\n    def __init__(self):\n        self.me = self\n    def __del__(self): ...\nNode()\n"
        (folder / "node.py").write_text(ring)
        command = [cyclint, "check", "--isolated", "--output-format", "html", "-o", "report.html"]
        subprocess.run(command, cwd=folder, check=False)
        page = (folder / "report.html").read_text()
        probed = folder / "probed.html"
        probed.write_text(page.replace("</body>", PROBE + "</body>"))
        for size in ["1200,900", "500,900"]:
            dump = subprocess.run(
                [*BROWSER, f"--window-size={size}", "--dump-dom", probed.as_uri()],
                capture_output=True, text=True, check=True,
            )
            seen = re.search(r'id="seen">([^<]*)<', dump.stdout)
            assert seen and seen[1] == EXPECTED, (size, seen and seen[1])
        if len(sys.argv) > 2:
            screenshots(folder, page, Path(sys.argv[2]).resolve())
    print("the page works")


def screenshots(folder, page, target):
    for scheme, size in [("light", "1200,1300"), ("dark", "500,1500")]:
        shown = folder / f"{scheme}.html"
        # A headless browser has no setting for the scheme.
        query = "(prefers-color-scheme: dark)"
        shown.write_text(page.replace(query, "(min-width: 1px)") if scheme == "dark" else page)
        picture = target / f"{scheme}.png"
        command = [*BROWSER, f"--window-size={size}", f"--screenshot={picture}", shown.as_uri()]
        subprocess.run(command, capture_output=True, check=True)


main()
