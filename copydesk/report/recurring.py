"""Blocks that recur on an outlet's pages: what was removed for it, and what was kept although it recurs.

A block counts once an article, and copies of an article count as one; case and numbers ("12 comments") make no difference. Values
of fields and short blocks are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from copydesk.report.ledger import shorten
from copydesk.report.reading import Tables

LEAST_ARTICLES = 3  # of one outlet; two may well share a correction or a quoted sentence
LEAST_SHARE = 0.05  # of the outlet's articles; what a large outlet prints now and then is not its furniture
SHORTEST_CHARS, LONGEST_CHARS = 12, 400
OUTLETS_SHOWN = 12
BLOCKS_PER_OUTLET = 6
KEPT_SHOWN = 12
LEARNED = "^(repeats[:/]|learned-)"  # how rules are named that decide by recurrence, `copydesk learn`'s own among them

_FORM = "hash(lower(regexp_replace(trim(text), '[0-9]+', '0', 'g')))"
_FITS = f"length(text) BETWEEN {SHORTEST_CHARS} AND {LONGEST_CHARS}"
_REMOVED = f"FROM removals WHERE field IS NULL AND article_id IS NOT NULL AND {_FITS}"
_KEPT = f"FROM paragraphs WHERE {_FITS}"
# Small numbers in place of texts and names, since a large corpus has millions of blocks; the texts of the few that
# are shown are looked up in the end.
_STEPS = (
    """
    CREATE OR REPLACE TEMP TABLE outlets AS
    SELECT outlet, count(DISTINCT hash(coalesce(duplicate_group, article_id))) AS size,
        CAST(row_number() OVER (ORDER BY count(*) DESC, outlet) AS INTEGER) AS rank
    FROM articles WHERE outlet IS NOT NULL GROUP BY 1
    """,
    f"""
    CREATE OR REPLACE TEMP TABLE blocks AS
    WITH homes AS (
        SELECT hash(article_id) AS document, hash(coalesce(duplicate_group, article_id)) AS article, rank
        FROM articles JOIN outlets USING (outlet)
    )
    SELECT rank, article, document, form, label, kept FROM (
        SELECT hash(article_id) AS document, {_FORM} AS form, label, false AS kept {_REMOVED}
        UNION ALL SELECT hash(article_id), {_FORM}, role, true {_KEPT}
    ) JOIN homes USING (document)
    """,
    f"""
    CREATE OR REPLACE TEMP TABLE recurring AS
    WITH frequent AS (SELECT rank, form FROM blocks GROUP BY 1, 2 HAVING count(*) >= {LEAST_ARTICLES}),
    once AS (
        SELECT rank, form, article, bool_or(kept) AS kept, min(label) AS label, min(document) AS document
        FROM blocks JOIN frequent USING (rank, form) GROUP BY 1, 2, 3
    )
    SELECT rank, outlet, size, form, count(*) AS articles, count_if(kept) AS kept_in, min(label) AS label,
        min(document) AS example
    FROM once JOIN outlets USING (rank) GROUP BY 1, 2, 3, 4
    HAVING count(*) >= greatest({LEAST_ARTICLES}, {LEAST_SHARE} * size)
    """,
    "DROP TABLE blocks",
)


@dataclass(frozen=True, slots=True)
class Recurring:
    """A block that an outlet repeats."""

    outlet: str
    text: str
    source_uri: str  # of an article that has it
    article_id: str
    articles: int
    share: float  # of the outlet's articles
    label: str  # what it was called, the first in the order of names
    kept_in: int  # articles that kept it as body


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The outlets with their blocks, the largest outlet first; blocks that were kept, most frequent first."""

    outlets: tuple[
        tuple[str, int, tuple[Recurring, ...]], ...
    ]  # outlet, how many blocks recur, the most frequent
    outlet_count: int
    kept: tuple[Recurring, ...]
    kept_count: int
    learned: tuple[tuple[str, int, int], ...]  # rules that decided by recurrence: rule, blocks, outlets


def find_recurring(tables: Tables) -> Recurrence:
    """What each outlet repeats."""
    for step in _STEPS:
        tables.rows(step)
    totals = tables.rows(
        "SELECT outlet, count(*) FROM recurring GROUP BY 1, rank ORDER BY rank LIMIT ?", OUTLETS_SHOWN
    )
    columns = "outlet, form, example, articles, articles / size, label, kept_in"
    shown = tables.rows(
        f"SELECT {columns} FROM recurring WHERE list_contains(?, outlet) "
        "QUALIFY row_number() OVER (PARTITION BY rank ORDER BY articles DESC, form) <= ? ORDER BY rank, articles DESC, form",
        [outlet for outlet, _ in totals],
        BLOCKS_PER_OUTLET,
    )
    kept = tables.rows(
        f"SELECT {columns} FROM recurring WHERE kept_in >= {LEAST_ARTICLES} ORDER BY kept_in DESC, rank, form LIMIT ?",
        KEPT_SHOWN,
    )
    places = _places_of(tables, {(form, example) for _, form, example, *_ in (*shown, *kept)})
    found = [Recurring(outlet, *places[form], *rest) for outlet, form, _, *rest in shown]
    return Recurrence(
        tuple(
            (outlet, count, tuple(block for block in found if block.outlet == outlet))
            for outlet, count in totals
        ),
        tables.one("SELECT count(DISTINCT rank) FROM recurring")[0],
        tuple(Recurring(outlet, *places[form], *rest) for outlet, form, _, *rest in kept),
        tables.one(f"SELECT count(*) FROM recurring WHERE kept_in >= {LEAST_ARTICLES}")[0],
        tuple(
            tables.rows(
                "SELECT rule, count(*), count(DISTINCT outlet) FROM removals LEFT JOIN articles USING (article_id) "
                "WHERE regexp_matches(rule, ?) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20",
                LEARNED,
            )
        ),
    )


def _places_of(tables: Tables, places: set[tuple[int, int]]) -> dict[int, tuple[str, str, str]]:
    """Each form as the article prints it that stands for it: text, source_uri, article_id."""
    articles = sorted({article for _, article in places})
    rows = tables.rows(
        f"""
        SELECT form, min(text), any_value(source_uri), any_value(article_id) FROM (
            SELECT article_id, {_FORM} AS form, text {_REMOVED} AND list_contains(?, hash(article_id))
            UNION ALL SELECT article_id, {_FORM}, text {_KEPT} AND list_contains(?, hash(article_id))
        ) JOIN (SELECT article_id, source_uri, hash(article_id) AS article FROM articles) USING (article_id)
        WHERE list_contains(?, {{'form': form, 'article': article}}) GROUP BY 1
        """,
        articles,
        articles,
        [{"form": form, "article": article} for form, article in sorted(places)],
    )
    return {form: (shorten(text), source_uri, article_id) for form, text, source_uri, article_id in rows}
