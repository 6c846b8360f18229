"""Looking into a published snapshot: one document block by block, who said what, how often each rule fired.

Values only: the terminal's and the page's renderings of them live elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.errors import UsageError
from copydesk.report.ledger import RuleCount, count_rules
from copydesk.snapshot import open_snapshot

Row = Mapping[str, Any]

SHORTEST_PREFIX = 6  # of an article_id: fewer characters are more likely a slip than a wish
CANDIDATES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """A quote as it stands in its block: a half-open span of the block's text."""

    char_start: int
    char_end: int
    kind: str
    speaker: str | None
    mention: str | None
    cue: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A block and what became of it."""

    block: int
    text: str
    kept: bool
    label: str  # the role of a kept block, the label of a removed one
    rule: str | None  # None for kept blocks: what kept them is not in the tables
    field: str | None = None  # that a removed block fed
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A value of the article and where it was found."""

    name: str
    value: str
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Inspection:
    """A document of the snapshot: its row of `sources`, its article or None, its blocks in order."""

    source: Row
    article: Row | None
    fields: tuple[Field, ...]
    pieces: tuple[Piece, ...]


def inspect(out: Path, key: str) -> Inspection:
    """The document with this article_id (or a prefix of it that is unique) or source_uri (or the end of one).

    Raises UsageError where no document fits, or several do.
    """
    snapshot = open_snapshot(out)
    source = find_source(snapshot.rows("sources", ["source_uri", "article_id"]), key)
    source_uri = source["source_uri"]
    (whole,) = snapshot.rows("sources", filters=[("source_uri", "==", source_uri)])
    articles = snapshot.rows("articles", filters=[("source_uri", "==", source_uri)])
    article = articles[0] if articles else None
    removals = snapshot.rows("removals", filters=[("source_uri", "==", source_uri)])
    if article is None:
        return Inspection(whole, None, (), assemble((), (), removals))
    own = [("article_id", "==", article["article_id"])]
    pieces = assemble(
        snapshot.rows("paragraphs", filters=own), snapshot.rows("quotes", filters=own), removals
    )
    return Inspection(whole, article, list_fields(article), pieces)


def find_source(sources: Sequence[Row], key: str) -> Row:
    """The one row of `sources` that the key means; an exact match wins over a part of a name."""
    exact = [row for row in sources if row["source_uri"] == key] or [
        row for row in sources if row["article_id"] == key
    ]
    if exact:
        # Documents that repeat an article share its id; any of them leads to the same blocks.
        return exact[0]
    near = [row for row in sources if row["source_uri"].endswith(("/" + key, "#" + key))]
    if not near and len(key) >= SHORTEST_PREFIX:
        near = [row for row in sources if (row["article_id"] or "").startswith(key)]
    if len(near) == 1:
        return near[0]
    if near:
        names = ", ".join(row["source_uri"] for row in near[:CANDIDATES_SHOWN])
        more = f" and {len(near) - CANDIDATES_SHOWN} more" if len(near) > CANDIDATES_SHOWN else ""
        raise UsageError(f"expected one document for {key!r}, found {len(near)}: {names}{more}")
    raise UsageError(
        f"expected an article_id or source_uri, found none for {key!r} among {len(sources)} documents"
    )


def assemble(paragraphs: Iterable[Row], quotes: Iterable[Row], removals: Iterable[Row]) -> tuple[Piece, ...]:
    """The blocks of one document in their order, from its rows of three tables."""
    by_paragraph: defaultdict[str, list[Row]] = defaultdict(list)
    for quote in quotes:
        by_paragraph[quote["paragraph_id"]].append(quote)
    kept = [
        Piece(
            row["block"],
            row["text"],
            True,
            row["role"],
            None,
            None,
            _marks(row, by_paragraph[row["paragraph_id"]]),
        )
        for row in paragraphs
    ]
    cut = [
        Piece(row["block"], row["text"], False, row["label"], row["rule"], row["field"]) for row in removals
    ]
    return tuple(sorted((*kept, *cut), key=lambda piece: piece.block))


def _marks(paragraph: Row, quotes: Sequence[Row]) -> tuple[Mark, ...]:
    start, length = paragraph["char_start"], len(paragraph["text"])
    return tuple(
        Mark(
            # A quote over several paragraphs has a row in each, so its span ends with the paragraph.
            max(0, quote["char_start"] - start),
            min(length, quote["char_end"] - start),
            quote["kind"],
            quote["speaker"],
            quote["speaker_mention"],
            quote["cue"],
            quote["confidence"],
        )
        for quote in sorted(quotes, key=lambda row: (row["char_start"], -row["char_end"]))
    )


# What the article's own rows show better, or what says nothing of the page.
_NOT_FIELDS = frozenset(
    ("text", "links", "field_sources", "content_sha256", "source_uri", "copydesk_version", "rules_version")
)


def list_fields(article: Row) -> tuple[Field, ...]:
    """The article's values that are there, with their evidence where it was recorded."""
    evidence = dict(article["field_sources"] or ())
    return tuple(
        Field(name, _show(value), evidence.get(name))
        for name, value in article.items()
        if name not in _NOT_FIELDS and value is not None and not (isinstance(value, list) and not value)
    )


def _show(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(_show, value))
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in value.values() if part is not None)
    return f"{value:.3f}" if isinstance(value, float) else str(value)


# ---------------------------------------------------------------- who said what
@dataclass(frozen=True, slots=True)
class Said:
    """A quote with where it was printed."""

    text: str
    kind: str
    speaker: str | None
    outlet: str | None
    published_on: str | None
    headline: str | None
    article_id: str
    cluster_id: str | None = None  # where other articles quote it too


def list_quotes(out: Path, speaker: str | None = None, text: str | None = None) -> tuple[Said, ...]:
    """The quotes of a snapshot by speaker, then date; terms left out, since nobody utters them.

    `speaker` keeps those whose speaker's name holds it, `text` those whose words hold it, whatever the case; quotes without a
    settled speaker come last.
    """
    snapshot = open_snapshot(out)
    wanted = speaker.casefold() if speaker else None
    words = text.casefold() if text else ""
    articles = {
        row["article_id"]: row
        for row in snapshot.rows("articles", ["article_id", "outlet", "published_at", "headline"])
    }
    said = []
    columns = ["article_id", "text", "kind", "speaker", "position", "cluster_id"]
    for row in snapshot.rows("quotes", columns):
        if row["kind"] == "term" or (wanted and wanted not in (row["speaker"] or "").casefold()):
            continue
        if words not in row["text"].casefold():
            continue
        quote = _said(row, articles[row["article_id"]])
        order = (quote.speaker is None, quote.speaker or "", quote.published_on or "", row["article_id"])
        said.append((*order, row["position"], quote))
    said.sort(key=lambda entry: entry[:5])
    return tuple(entry[5] for entry in said)


@dataclass(frozen=True, slots=True)
class Version:
    """How one article words what a cluster's quotes all say."""

    text: str
    relation: str  # to the canonical wording
    edits: str | None  # "[-left out-]{+put in+}", with words around; None where there are none
    said: Said


@dataclass(frozen=True, slots=True)
class Cluster:
    """One utterance in all its wordings, the canonical one first."""

    cluster_id: str
    wording: str
    speaker: str | None
    article_count: int
    outlet_count: int
    versions: tuple[Version, ...]


def show_cluster(out: Path, key: str) -> Cluster:
    """The cluster with this cluster_id, or the one that holds the quote with this quote_id; a prefix that is unique will do.

    Raises UsageError where no cluster fits, or several do.
    """
    snapshot = open_snapshot(out)
    members = snapshot.rows("quote_clusters")
    cluster_id = _find_cluster(members, key)
    rows = {row["quote_id"]: row for row in members if row["cluster_id"] == cluster_id}
    quotes = snapshot.rows("quotes", filters=[("cluster_id", "==", cluster_id)])
    articles = {
        row["article_id"]: row
        for row in snapshot.rows(
            "articles",
            ["article_id", "outlet", "published_at", "headline"],
            [("article_id", "in", [quote["article_id"] for quote in quotes])],
        )
    }
    versions = [
        Version(
            quote["text"],
            rows[quote["quote_id"]]["relation"],
            rows[quote["quote_id"]]["edits"],
            _said(quote, articles[quote["article_id"]]),
        )
        for quote in sorted(quotes, key=lambda quote: (quote["quote_id"] != cluster_id, quote["quote_id"]))
    ]
    about = rows[cluster_id]
    return Cluster(
        cluster_id,
        about["wording"],
        about["speaker"],
        about["article_count"],
        about["outlet_count"],
        tuple(versions),
    )


def _find_cluster(members: Sequence[Row], key: str) -> str:
    exact = {row["cluster_id"] for row in members if key in (row["cluster_id"], row["quote_id"])}
    near = {row["cluster_id"] for row in members if row["cluster_id"].startswith(key)}
    found: list[str] = sorted(exact or (near if len(key) >= SHORTEST_PREFIX else ()))
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(found[:CANDIDATES_SHOWN])
        raise UsageError(f"expected one cluster for {key!r}, found {len(found)}: {names}")
    count = len({row["cluster_id"] for row in members})
    raise UsageError(f"expected a cluster_id or quote_id, found none for {key!r} among {count} clusters")


def _said(quote: Row, article: Row) -> Said:
    on = article["published_at"].date().isoformat() if article["published_at"] else None
    return Said(
        text=quote["text"],
        kind=quote["kind"],
        speaker=quote["speaker"],
        outlet=article["outlet"],
        published_on=on,
        headline=article["headline"],
        article_id=quote["article_id"],
        cluster_id=quote["cluster_id"],
    )


# ---------------------------------------------------------------- rules
def list_rules(out: Path | None, files: Sequence[Path] = ()) -> tuple[RuleCount, ...]:
    """The bundled rules and those of `files`, with their counts in OUT's snapshot (0 without OUT)."""
    from copydesk.label.rules import load_rules

    known = {rule.id: (rule.label, rule.why) for rule in load_rules(files).rules}
    if out is None:
        return count_rules((), known)
    fired = open_snapshot(out).table("removals", ["rule", "label"])
    counted = fired.group_by(["rule", "label"]).aggregate([([], "count_all")]).sort_by("rule").to_pylist()
    return count_rules(((row["rule"], row["label"], row["count_all"]) for row in counted), known)
