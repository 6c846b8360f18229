"""Which outlet published the article: from the sidecar, the page's claims, a line of its own, or its boilerplate.

Never from a mention in prose: a story about a newspaper is not that newspaper's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from copydesk.describe.context import Context, Found, evidence_of
from copydesk.grammar.name_words import agencies
from copydesk.grammar.names import read_person
from copydesk.grammar.outlets import is_same_outlet, outlet_key, read_self_naming
from copydesk.records import Block, Label

# Only these speak about the outlet itself.
TELLING: tuple[Label, ...] = (
    "donation_appeal", "payment_widget", "newsletter", "app_promotion", "paywall_notice", "legal", "editors_note",
    "related_links", "share_bar", "comments", "navigation", "cookie_notice", "author_bio", "unknown",
)  # fmt: skip
MAX_NAME = 60


def find_outlet(context: Context) -> Found[str] | None:
    """The outlet's name as it writes it; None where the page does not say."""
    if context.sidecar.outlet:
        return Found(context.sidecar.outlet, "sidecar")
    for claim in context.claims("outlet"):
        name = claim.value.strip(" |-–")
        if 1 < len(name) <= MAX_NAME and not name.startswith("@"):
            return Found(name, claim.evidence)
    for block in context.blocks("outlet"):
        if len(block.text) <= MAX_NAME:
            return Found(block.text.strip(" *_|"), evidence_of(block), (block.number,))
    return _named_like_domain(context) or _named_by_boilerplate(context)


def _named_like_domain(context: Context) -> Found[str] | None:
    """A line of the head that is the name in the article's own address: "Reuters" on reuters.com."""
    first, _ = context.span
    for block in context.blocks("kicker", "byline", "credit", "unknown"):
        if block.number > first or len(block.text) > MAX_NAME or not context.domain:
            continue
        if outlet_key(block.text) == outlet_key(context.domain):
            return Found(block.text.strip(" *_|()"), evidence_of(block), (block.number,))
    return None


def outlet_names(context: Context, outlet: str | None, domain: str | None) -> tuple[str, ...]:
    """Every name that the page or its holder gives the outlet; its domain too."""
    people = {claim.value.casefold() for claim in context.claims("author")}
    claimed = [claim.value for claim in context.claims("outlet")]
    # Blogs fill in their writer as the publisher too; where the page names another publisher, the writer is none.
    others = [name for name in claimed if name.casefold() not in people or read_person(name) is None]
    is_writer = outlet in claimed and outlet not in others and bool(others)
    names = [None if is_writer else outlet, context.sidecar.outlet, *(others or claimed), domain]
    names += [domain.split(".")[0]] if domain else []
    return tuple(dict.fromkeys(name for name in names if name))


def _named_by_boilerplate(context: Context) -> Found[str] | None:
    """A name in one unmistakable wording, or in two blocks of boilerplate."""
    blocks: dict[str, list[Block]] = defaultdict(list)
    names: dict[str, list[str]] = defaultdict(list)
    sure: set[str] = set()
    for block, name, is_sure in _self_namings(context):
        key = outlet_key(name)
        known = next((other for other in names if is_same_outlet(key, (other,))), key)
        blocks[known].append(block)
        names[known].append(name)
        sure |= {known} if is_sure else set()
    for key in sorted(names, key=lambda key: (key not in sure, -len(blocks[key]), blocks[key][0].number)):
        if key in sure or len(blocks[key]) > 1:
            name = max(names[key], key=lambda name: (names[key].count(name), len(name)))
            return Found(name, evidence_of(blocks[key][0]))
    return None


def _self_namings(context: Context) -> Iterable[tuple[Block, str, bool]]:
    bios = context.blocks("author_bio")
    for block in context.blocks(*TELLING):
        named = read_self_naming(block.text)
        if named is None or named[0].casefold() in agencies():
            continue
        if block in bios and block.text.startswith(named[0].split()[0]):
            continue  # "Jane Doe covers the coast. Follow Jane on …" speaks of its writer
        yield block, *named
