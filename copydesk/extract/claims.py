"""What a page claims about itself outside its visible text: JSON-LD, meta tags, microdata, the title."""

from __future__ import annotations

from lxml.html import HtmlElement

from copydesk.records import Claim


def read_claims(root: HtmlElement) -> tuple[Claim, ...]:
    """All claims of the page, strongest first."""
    return ()
