"""RIGHTS.md: what is known of the rights in each outlet's articles. Nothing is assumed."""

from __future__ import annotations

from copydesk.release import words
from copydesk.release.about import About
from copydesk.release.facts import Facts

UNKNOWN = "unknown"


def render_rights(title: str, facts: Facts, about: About) -> str:
    """A row an outlet, as Markdown."""
    lines = [
        f"# Rights: {title}",
        "",
        "The articles belong to their publishers. *Rights* is what the holder of this corpus stated, *unknown* where "
        "nothing was. *Notices* counts articles whose page prints a copyright or legal line. Neither is legal advice.",
        "",
        "| outlet | domains | articles | published | notices | rights |",
        "|---|---|---|---|---|---|",
    ]
    for outlet in facts.outlets:
        cells = (
            words.cell(outlet.name),
            words.cell(", ".join(sorted(outlet.domains))),
            f"{outlet.articles:,}",
            words.period(outlet) if outlet.first else "",
            f"{outlet.legal_lines:,}",
            words.cell(about.rights.get(outlet.name, UNKNOWN)),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])
