"""Who wrote the article: people only. Newsrooms and outlets are nobody; agencies go to `agency`, photographers to `contributors`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from copydesk.describe.context import Context, Found, evidence_of
from copydesk.grammar.byline import Byline, read_byline
from copydesk.grammar.name_words import wire_agencies
from copydesk.grammar.names import agency_name, read_person
from copydesk.grammar.outlets import is_same_outlet
from copydesk.records import Block, Claim, Contributor

MAX_AUTHORS = 12  # more are a list of the newsroom's staff


@dataclass(slots=True)
class Credits:
    """What the bylines and claims of a page say, people and agencies apart."""

    authors: tuple[str, ...] = ()
    evidence: str = ""
    agency: str | None = None
    agency_evidence: str = ""
    contributors: list[Contributor] = field(default_factory=list)
    fed: dict[int, str] = field(default_factory=dict)  # block -> field


def find_authors(context: Context) -> Credits:
    """People of the claims, strongest witness first, checked against the visible byline; else those of the byline."""
    visible, credits = _visible(context)
    if context.sidecar.authors:
        credits.authors, credits.evidence = context.sidecar.authors, "sidecar"
        return credits
    claimed = _claimed(context, credits)
    if claimed is None:
        if visible is not None:
            credits.authors, credits.evidence = visible.value, visible.evidence
        return credits
    credits.authors, credits.evidence = claimed.value, claimed.evidence
    if visible is not None and _extends(visible.value, claimed.value):
        credits.authors, credits.evidence = visible.value, visible.evidence
    return credits


def _visible(context: Context) -> tuple[Found[tuple[str, ...]] | None, Credits]:
    """The people of the byline blocks, in order, and what else these blocks say."""
    credits, names, blocks = Credits(), [], []
    for block in context.blocks("byline"):
        byline = read_byline(block.text, context.language) or _linked(block, context)
        if byline is None:
            continue
        people = [name for name in byline.names if not is_same_outlet(name, context.outlet_names)]
        names += people
        credits.contributors += byline.contributors
        if byline.agency and credits.agency is None:
            credits.agency, credits.agency_evidence = byline.agency, evidence_of(block)
        if people:
            blocks.append(block)
            credits.fed[block.number] = "authors"
        elif byline.contributors:
            credits.fed[block.number] = "contributors"
        elif byline.agency:
            credits.fed[block.number] = "agency"
    people_found = _distinct(names)
    return (Found(people_found, evidence_of(blocks[0])) if people_found else None), credits


def _linked(block: Block, context: Context) -> Byline | None:
    """A byline whose line is too mixed to read, but whose links are the authors' names."""
    names = [name for link in block.links if (name := read_person(link.text, context.language))]
    return Byline(_distinct(names), None, None, (), (), None, True) if names and len(block.text) < 300 else None


def _claimed(context: Context, credits: Credits) -> Found[tuple[str, ...]] | None:
    """The people of the first witness that names any; agencies on the way are noted."""
    by_witness: dict[str, list[Claim]] = {}
    for claim in context.claims("author"):
        by_witness.setdefault(_witness(claim), []).append(claim)
    for witness, claims in by_witness.items():
        names: list[str] = []
        for claim in claims:
            names += _people_of(claim, context, credits)
        if people := _distinct(names)[:MAX_AUTHORS]:
            return Found(people, witness)
    return None


def _witness(claim: Claim) -> str:
    """Claims of one kind are one witness: the types that JSON-LD gives its authors do not part them."""
    parts = claim.evidence.split(".")
    return ".".join(parts[:2]) if claim.evidence.startswith("json-ld:") else claim.evidence


def _people_of(claim: Claim, context: Context, credits: Credits) -> Iterable[str]:
    organisation = claim.evidence.endswith((".Organization", ".NewsMediaOrganization", ".Corporation"))
    if agency := agency_name(claim.value):
        if credits.agency is None and agency in wire_agencies():
            credits.agency, credits.agency_evidence = agency, claim.evidence
        return ()
    if is_same_outlet(claim.value, context.outlet_names):
        return ()
    byline = read_byline(claim.value, context.language)
    if byline is None:
        person = read_person(claim.value, context.language)
        names: tuple[str, ...] = (person,) if person and not organisation else ()
    else:
        names = byline.names
        if byline.agency and credits.agency is None and byline.agency in wire_agencies():
            credits.agency, credits.agency_evidence = byline.agency, claim.evidence
    return tuple(name for name in names if not is_same_outlet(name, context.outlet_names))


def _extends(visible: tuple[str, ...], claimed: tuple[str, ...]) -> bool:
    """The visible byline names everybody that is claimed and more, or the same people in better letters (no capitals only)."""
    mine, theirs = {name.casefold() for name in visible}, {name.casefold() for name in claimed}
    return mine >= theirs and (len(mine) > len(theirs) or any(name.isupper() for name in claimed))


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple({name.casefold(): name for name in reversed(list(names))}.values())[::-1]
