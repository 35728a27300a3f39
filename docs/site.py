"""Brings the pages of the rules and the schema into the site, from where the program has them."""

import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parent.parent


def on_files(files, config):
    """Each rule becomes `rules/CYC102-back-reference.md` of the site, its front matter a title."""
    for page in sorted((ROOT / "rules").glob("CYC*.md")):
        _, header, body = page.read_text(encoding="utf-8").split("---\n", 2)
        fields = dict(line.split(": ", 1) for line in header.splitlines())
        text = f"# {fields['name']} ({fields['code']})\n{body}"
        files.append(File.generated(config, f"rules/{page.name}", content=text))
    schema = (ROOT / "cyclint.schema.json").read_text(encoding="utf-8")
    files.append(File.generated(config, "cyclint.schema.json", content=schema))
    return files


def on_page_markdown(markdown, page, config, files):
    """In the repository the rules lie outside of `docs/`."""
    return re.sub(r"\]\((?:\.\./)+(rules/|cyclint\.schema)", lambda it: f"]({up(page)}{it[1]}", markdown)


def up(page):
    return "../" * page.file.src_uri.count("/")
