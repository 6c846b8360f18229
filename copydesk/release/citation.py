"""How to cite a release: CITATION.cff (Citation File Format 1.2.0) and BibTeX for its card."""

from __future__ import annotations

import re
from typing import Any

from copydesk.release import words
from copydesk.release.about import About
from copydesk.release.facts import Facts

NOBODY = "Anonymous"  # what the format asks for where no author is known


def version_of(facts: Facts, about: About) -> str:
    """The holder's, else the day of the snapshot, which grows as versions should."""
    return about.version or f"{facts.built_at:%Y.%m.%d}"


def render_citation(title: str, facts: Facts, about: About, description: str) -> str:
    """The citation file, as YAML."""
    import yaml

    content: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this data set, please cite it as below.",
        "type": "dataset",
        "title": title,
        "authors": [{"name": name} for name in about.authors or (NOBODY,)],
        "version": version_of(facts, about),
        "date-released": words.day(facts.built_at),
        "abstract": description,
        "keywords": list(about.keywords or ("news", "quotations")),
    }
    optional = {"doi": about.doi, "url": about.url, "license": about.licence}
    content |= {key: value for key, value in optional.items() if value is not None}
    content["references"] = [
        {
            "type": "software",
            "title": "copydesk",
            "version": facts.copydesk_version,
            "authors": [{"name": "The copydesk developers"}],
            "url": "https://github.com/copydesk/copydesk",
        }
    ]
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120))


def render_bibtex(title: str, facts: Facts, about: About) -> str:
    """The same for LaTeX."""
    key = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "dataset"
    entries = {
        "title": title,
        "author": " and ".join(f"{{{name}}}" for name in about.authors or (NOBODY,)),
        "year": f"{facts.built_at:%Y}",
        "version": version_of(facts, about),
        "doi": about.doi,
        "url": about.url,
        "note": f"Built by copydesk {facts.copydesk_version}, snapshot {facts.snapshot_id}",
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in entries.items() if value is not None)
    return f"@misc{{{key},\n{body}\n}}"
