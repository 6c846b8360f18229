"""Whose page it is, as far as it must be known for rules that some outlets' pages alone are judged by.

The outlet's name and domain as fields are `describe`'s, after the labels; here it is only asked whether a page is one of some
outlets' that are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from copydesk.grammar.outlets import ARTICLE, outlet_key, read_self_naming
from copydesk.records import Page

MAX_NAME = 60  # characters of a line that may be an outlet's name
_URL_LINE = re.compile(r"\W{0,3}https?://[^\s<>\"'`|)\]*]{4,1500}\W{0,3}")


def page_outlets(page: Page, known: frozenset[str]) -> frozenset[str]:
    """Those of the `known` outlets whose page this is. Each is a domain ("gazette.example") or a name ("The Harrow Gazette").

    A page is a domain's by the address in its sidecar, in its claims or on a line of its own; it is a name's by sidecar, claims,
    a line with nothing else, or boilerplate in which it speaks of itself.
    """
    domains = {entry for entry in known if _is_domain(entry)}
    names = {_name_key(entry): entry for entry in known - domains}
    found: set[str] = set()
    if domains:
        for url in _addresses(page):
            found.update(_domains_of(url) & domains)
    if names:
        found.update(names[key] for key in map(_name_key, _names(page)) if key in names)
    return frozenset(found)


def _name_key(name: str) -> str:
    """ "The Harrow Gazette" and "harrow gazette" are one."""
    return outlet_key(ARTICLE.sub("", name))


def _is_domain(entry: str) -> bool:
    return "." in entry and not any(character.isspace() for character in entry)


def _addresses(page: Page) -> Iterator[str]:
    if page.sidecar.url:
        yield page.sidecar.url
        return
    claims = page.claimed("url")
    yield from (claim.value for claim in claims)
    if not claims:
        yield from (block.text.strip() for block in page.blocks if _URL_LINE.fullmatch(block.text))


def _domains_of(url: str) -> set[str]:
    """ "https://www.harrow.gazette.example/x" -> its host and each domain above it."""
    try:
        host = (urlsplit(url.lstrip("<([* ")).hostname or "").casefold()
    except ValueError:  # "http://[", which a page may print
        return set()
    parts = host.split(".")
    return {".".join(parts[start:]) for start in range(len(parts) - 1)}


def _names(page: Page) -> Iterable[str]:
    if page.sidecar.outlet:
        yield page.sidecar.outlet
        return
    yield from (claim.value for claim in page.claimed("outlet"))
    for block in page.blocks:
        if len(block.text) <= MAX_NAME:
            yield block.text
        if named := read_self_naming(block.text):
            yield named[0]
