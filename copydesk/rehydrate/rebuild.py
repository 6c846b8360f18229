"""One document's wording, from its bytes and from what the release says of it.

The document is cut into blocks, as it was; what became of each block is in the release. So neither rules nor model decide
again, and the fields are read from the same blocks as before. Every value is proved by its hash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, cast, get_args

from copydesk.describe import describe
from copydesk.errors import PageError
from copydesk.extract import extract
from copydesk.read import decode, sniff
from copydesk.records import BODY_ROLES, Description, Label, Labelled, Limits, RawPage, Sidecar, SourceFormat
from copydesk.rehydrate.wanted import Wanted
from copydesk.release.shape import HASH_SUFFIX, hash_value

PARAGRAPH_BREAK = "\n\n"
_FROM_SIDECAR = (
    "url",
    "outlet",
    "language",
)  # columns of articles that a sidecar may have given, and that a release keeps


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The wording of one document: all of its blocks are proved, its fields are as near as this copy of it gives them."""

    paragraphs: tuple[str, ...]
    removals: tuple[str, ...]
    article: Mapping[str, Any]  # the columns of articles that hold copy; none for a document without one
    proved: bool  # every field equals the release's


def rebuild(raw: RawPage, wanted: Wanted, limits: Limits) -> Rebuilt | str:
    """The document's wording, or why there is none."""
    best: Rebuilt | None = None
    reason = "its blocks are not those of the release"
    for reading in _readings(raw, wanted):
        try:
            found = _read(reading, wanted, limits)
        except PageError as fault:
            reason = fault.message
            continue
        if found is not None and (best is None or found.proved):
            best = found
        if best is not None and best.proved:
            break
    return best if best is not None else reason


def _readings(raw: RawPage, wanted: Wanted) -> Iterator[RawPage]:
    """The page as the release says that it was read (encoding, format, what was known beside it), and as the holder has it."""
    told = replace(
        raw,
        declared_encoding=wanted.source["encoding"] or raw.declared_encoding,
        declared_format=_format(wanted.source["format"]),
    )
    yield replace(told, sidecar=_told_sidecar(raw.sidecar, wanted))
    yield told
    yield raw


def _format(name: str | None) -> SourceFormat | None:
    return next((known for known in get_args(SourceFormat) if known == name), None)


def _told_sidecar(own: Sidecar, wanted: Wanted) -> Sidecar:
    """What the releaser knew beside the page, as far as the release tells; the rest is the holder's own."""
    article = wanted.article
    if article is None:
        return own
    evidence = {entry["key"]: entry["value"] for entry in article["field_sources"]}
    told = {name: article[name] for name in _FROM_SIDECAR if evidence.get(name, "").startswith("sidecar")}
    return replace(own, fetched_at=article["fetched_at"], **told)


def _read(raw: RawPage, wanted: Wanted, limits: Limits) -> Rebuilt | None:
    """None where the blocks are not those of the release."""
    text = decode(raw.content, raw.declared_encoding).text
    source_format = sniff(text, raw.name, raw.declared_format)
    page = extract(text, source_format, raw, limits)
    if [hash_value(block.text) for block in page.blocks] != [fate.text_sha256 for fate in wanted.blocks]:
        return None
    labelled = tuple(
        Labelled(block, cast(Label, fate.label), fate.rule)
        for block, fate in zip(page.blocks, wanted.blocks, strict=True)
    )
    body = [item.block for item in labelled if item.label in BODY_ROLES]
    removals = tuple(item.block.text for item in labelled if item.label not in BODY_ROLES)
    if wanted.article is None:
        return Rebuilt((), removals, {}, proved=True)
    paragraphs = tuple(block.text for block in body)
    links = [{"text": link.text, "url": link.url} for block in body for link in block.links]
    described = describe(page, labelled, now=wanted.source["first_seen_at"])
    article = _article_values(paragraphs, described, links)
    proved = all(hash_value(v) == wanted.article[name + HASH_SUFFIX] for name, v in article.items())
    return Rebuilt(paragraphs, removals, article, proved)


def _article_values(
    paragraphs: tuple[str, ...], described: Description, links: list[dict[str, str]]
) -> dict[str, Any]:
    return {
        "headline": described.headline,
        "dek": described.dek,
        "images": [asdict(image) for image in described.images],
        "links": links,
        "text": PARAGRAPH_BREAK.join(paragraphs),
    }
