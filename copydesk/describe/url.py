"""The canonical URL without tracking parameters, and its registered domain."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from copydesk.describe.context import Context, Found, evidence_of

if TYPE_CHECKING:
    from tldextract import TLDExtract

URL = re.compile(r"https?://[^\s<>\"'`|)\]*]{4,1500}")


def find_url(context: Context) -> Found[str] | None:
    """The sidecar's URL, else what the page claims to be canonical, else one printed in a line of its own."""
    if context.sidecar.url and (url := _clean(context.sidecar.url)):
        return Found(url, "sidecar")
    for claim in context.claims("url"):
        if url := _clean(claim.value):
            return Found(url, claim.evidence)
    for block in context.blocks("url"):
        printed = URL.search(block.text) or URL.search(next((link.url for link in block.links), ""))
        if printed and (url := _clean(printed.group())):
            return Found(url, evidence_of(block), (block.number,))
    return None


def registered_domain(url: str) -> str | None:
    """ "www.example.co.uk/x" -> "example.co.uk"; None for numbers and names without a dot.

    Under an ending that the public list lacks (".example", an intranet's) it is the last two parts.
    """
    parts = _extract()(url)
    if parts.top_domain_under_public_suffix:
        return str(parts.top_domain_under_public_suffix)
    labels = [label for label in f"{parts.subdomain}.{parts.domain}".split(".") if label]
    is_name = not parts.suffix and len(labels) > 1 and labels[-1].isalpha()
    return ".".join(labels[-2:]).lower() if is_name else None


@cache
def _extract() -> TLDExtract:
    import tldextract

    return tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None
    )  # the list in the package: nothing is fetched


def _clean(url: str) -> str | None:
    from courlan import clean_url  # its import costs more than reading a text dump

    try:
        host = urlsplit(url).hostname
        cleaned = clean_url(url) if host and "." in host else None
    except ValueError:  # "http://[", which a page may print
        return None
    if not cleaned or not cleaned.startswith("http"):
        return None
    return str(cleaned).split("#", 1)[0]
