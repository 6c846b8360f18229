"""Links from pages to files outside docs/ lead to the repository, where they are; a file that is not there is a warning."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

LINK = re.compile(r"\]\((?P<path>(?:\.\./)+[^)\s#]+)(?P<anchor>#[^)\s]*)?\)")
log = logging.getLogger("mkdocs.hooks.links")


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """The page with such links made absolute; mkdocs checks all others itself."""
    docs = Path(config.docs_dir)
    here = Path(page.file.abs_src_path).parent

    def absolute(match: re.Match[str]) -> str:
        target = (here / match["path"]).resolve()
        if target.is_relative_to(docs):
            return match[0]
        if not target.exists():
            log.warning("%s: no such file in the repository: %s", page.file.src_uri, match["path"])
        form = "tree" if target.is_dir() else "blob"
        path = target.relative_to(docs.parent).as_posix()
        return f"]({config.extra['repository']}/{form}/main/{path}{match['anchor'] or ''})"

    return LINK.sub(absolute, markdown)
