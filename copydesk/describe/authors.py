"""Who wrote the article: people only. Newsrooms and outlets are nobody; agencies go to `agency`, photographers to
`contributors`."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from copydesk.describe.author_markup import bylines_in_markup
from copydesk.describe.context import Context, Found, evidence_of
from copydesk.grammar.byline import Byline, may_be_marked, read_byline
from copydesk.grammar.name_words import wire_agencies
from copydesk.grammar.names import CONTACT, TOKEN, agency_name, is_given_name, read_person, usual_case
from copydesk.grammar.outlets import is_same_outlet
from copydesk.records import Block, Claim, Contributor

MAX_APART = 3  # blocks between two bylines of one story: each author with a title line
MAX_UNDER = 2  # and from the last paragraph down to a bare name
MAX_LATE = 12  # blocks below the story to a byline with its word; further down stand teasers
SHORT = 6  # words of a line that may be the name itself
MAX_HEAD = 14  # blocks from the headline down to a bare name: kicker, dek, picture, share bar
BARS = re.compile(r"\s[|•·]\s")
ACRONYM = re.compile(r"[A-Z]{2,5}")
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
    group = _group(context)
    visible, credits = _visible(group, context)
    if context.sidecar.authors:
        credits.authors, credits.evidence = context.sidecar.authors, "sidecar"
        return credits
    claimed = _claimed(context, credits)
    if claimed is None:
        if visible is None or not any(byline.marked for _, byline in group):
            named, marked_up = _visible(bylines_in_markup(context), context)
            if named is not None:
                visible, credits.fed = named, marked_up.fed
        visible = visible or _given_name(context)
        if visible is not None:
            credits.authors, credits.evidence = _in_better_letters(visible.value, ()), visible.evidence
        return credits
    best = _of_both(claimed, visible)
    credits.authors, credits.evidence = best.value, best.evidence
    credits.authors = _in_better_letters(best.value, visible.value if visible else ())
    return credits


def _of_both(
    claimed: Found[tuple[str, ...]], visible: Found[tuple[str, ...]] | None
) -> Found[tuple[str, ...]]:
    """The claim, but for two faults that the visible byline mends: a claim of every teaser's author, and of the first only."""
    if visible is None:
        return claimed
    told, seen = ({name.casefold() for name in found.value} for found in (claimed, visible))
    if seen < told and claimed.evidence.startswith("microdata:"):
        return visible
    return visible if told < seen and len(seen) <= 2 * len(told) + 1 else claimed


def _visible(
    group: Sequence[tuple[Block, Byline]], context: Context
) -> tuple[Found[tuple[str, ...]] | None, Credits]:
    """The people of the bylines, in order, and what else these blocks say."""
    credits, names, blocks = Credits(), [], []
    for block, byline in group:
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


def _group(context: Context) -> list[tuple[Block, Byline]]:
    """The bylines that stand together: those with a byline word if there are any, else bare names under the headline.

    Others further down are of teasers, of pictures and of other stories. A bare name counts only where the page does not say
    that an organisation is the author, and where the story does not speak of that person.
    """
    dated = set(context.by_label.get("timestamp", ()))
    bylines = (
        (block, _beside_date(block, context) if block in dated else _read(block, context))
        for block in context.blocks("byline", "timestamp")
    )
    read = [(block, byline) for block, byline in bylines if byline is not None]
    end = context.span[1] + MAX_LATE
    found = [pair for pair in read if pair[1].marked and pair[0].number <= end] or _bare(read, context)
    group: list[tuple[Block, Byline]] = []
    body = [item.block.number for item in context.body]
    for block, byline in sorted(found, key=lambda pair: not (pair[1].names or pair[1].contributors)):
        if not group or _stand_together(block, group[-1][0], body):
            group.append((block, byline))
    return sorted(group, key=lambda pair: pair[0].number)


def _bare(read: Sequence[tuple[Block, Byline]], context: Context) -> list[tuple[Block, Byline]]:
    """The bare names in the head of the story, as far as the page's claims confirm them and the story is not about them."""
    if not read:
        return []
    weak, told, span = _weak(context), _told(context), context.span
    headline = next(iter(context.blocks("headline")), None)
    bare = [
        (block, byline)
        for block, byline in read
        if block.number not in weak and _is_in_head(block, headline, span) and not _is_subject(byline, told)
    ]
    claimed = [c for c in context.claims("author") if not CONTACT.search(c.value) and not c.value.isdigit()]
    return _confirmed(bare, [claim.value for claim in claimed]) if claimed else bare


def _confirmed(bare: list[tuple[Block, Byline]], claims: Sequence[str]) -> list[tuple[Block, Byline]]:
    """Bare names beside one that the page claims, each in a line of its own: a second author whom the claim forgot.

    A claim may have the given name only.
    """
    claimed, given = " | ".join(claims), {claim for claim in claims if " " not in claim}

    def is_claimed(name: str) -> bool:
        return name in claimed or not given.isdisjoint(name.split()[:1])

    known = [(block, byline) for block, byline in bare if any(map(is_claimed, byline.names))]
    others = [
        (block, byline)
        for block, byline in bare
        if not any(map(is_claimed, byline.names)) and byline.names == (block.text.strip(),)
    ]
    kept = [
        (block, replace(byline, names=tuple(filter(is_claimed, byline.names)))) for block, byline in known
    ]
    return [*kept, *others] if known else []


def _weak(context: Context) -> set[int]:
    """Bare names that only the model took for none of the body; in markup menus and captions are full of them."""
    if context.page.source_format != "html":
        return set()
    return {item.block.number for item in context.labelled if item.rule.startswith("model/")}


def _stand_together(one: Block, other: Block, body: Sequence[int]) -> bool:
    """Few blocks apart, and none of them prose. `body` has the numbers of those that are, in order."""
    low, high = sorted((one.number, other.number))
    return high - low <= MAX_APART and bisect_right(body, low) == bisect_left(body, high)


def _is_in_head(block: Block, headline: Block | None, span: tuple[int, int]) -> bool:
    """Between the headline and the first paragraphs, not far under the one and not past the other; or right under the last."""
    first, last = span
    if last < block.number <= last + MAX_UNDER:
        return True
    return block.number <= first + 2 and (headline is None or 0 < block.number - headline.number <= MAX_HEAD)


def _told(context: Context) -> str:
    """What the headline and the body say."""
    return " ".join(
        item.block.text
        for item in context.labelled
        if (item.is_body and len(item.block.text.split(None, SHORT)) > SHORT)
        or item.label in ("headline", "dek")
    )


def _is_subject(byline: Byline, told: str) -> bool:
    """A bare name that the headline or the body speaks of in full is a caption or a heading."""
    return any(name in told for name in byline.names)


def _read(block: Block, context: Context) -> Byline | None:
    return read_byline(block.text, context.language) or _linked(block, context)


def _beside_date(block: Block, context: Context) -> Byline | None:
    """A byline with its word in a line that dates the story among other things: "Home | By Jane Doe | 3 May 2024"."""
    if not may_be_marked(block.text):
        return None
    for part in (block.text, *BARS.split(block.text)):
        byline = read_byline(part, context.language)
        if byline is not None and byline.marked and byline.names:
            return byline
    return None


def _linked(block: Block, context: Context) -> Byline | None:
    """A byline whose line is too mixed to read, but whose links are the authors' names."""
    names = [name for link in block.links if (name := read_person(link.text, context.language))]
    return (
        Byline(_distinct(names), None, None, (), (), None, True) if names and len(block.text) < 300 else None
    )


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


def _given_name(context: Context) -> Found[tuple[str, ...]] | None:
    """The one name that a blogger signs with, "Fatima": where the page claims it and prints it beside the story."""
    first, last = context.span
    top = next((block.number for block in context.blocks("headline")), first) - MAX_APART
    beside: list[str] | None = None
    for claim in context.claims("author"):
        name = claim.value.strip()
        if not is_given_name(name, context.language) or is_same_outlet(name, context.outlet_names):
            continue
        if beside is None:
            beside = [
                item.block.text
                for item in context.labelled
                if (top <= item.block.number <= first + 2 or last < item.block.number <= last + MAX_LATE)
                and not item.is_body
                and item.label not in ("headline", "headline_repeat")
                and len(item.block.text.split()) <= 2 * SHORT
            ]
        if any(name in TOKEN.findall(text) for text in beside):
            return Found((name,), claim.evidence)
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
    if organisation and ACRONYM.fullmatch(claim.value.strip()):  # an agency that no list of ours knows
        if credits.agency is None and len(context.claims("author")) > 1:
            credits.agency, credits.agency_evidence = claim.value.strip(), claim.evidence
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


def _in_better_letters(names: tuple[str, ...], visible: tuple[str, ...]) -> tuple[str, ...]:
    """Names that are set in capitals as the byline prints them, else as names are usually written."""
    printed = {name.casefold(): name for name in visible if not name.isupper()}
    return tuple(printed.get(name.casefold(), usual_case(name)) for name in names)


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple({name.casefold(): name for name in reversed(list(names))}.values())[::-1]
