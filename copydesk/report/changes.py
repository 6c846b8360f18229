"""What a snapshot holds that the last one did not, and the other way round."""

from __future__ import annotations

from dataclasses import dataclass

from copydesk.report.reading import Tables

ROWS_SHOWN = 8
OUTLETS_SHOWN = 10
OLD = "old_"  # before the names of the last snapshot's tables


@dataclass(frozen=True, slots=True)
class TableChange:
    table: str
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class OutletChange:
    outlet: str
    before: int  # articles
    now: int


@dataclass(frozen=True, slots=True)
class ChangedArticles:
    """Articles that came, went or are not what they were."""

    count: int
    rows: tuple[tuple[str, str, str | None], ...]  # article_id, source_uri, headline


@dataclass(frozen=True, slots=True)
class Changes:
    tables: tuple[TableChange, ...]
    added: ChangedArticles
    gone: ChangedArticles
    edited: ChangedArticles
    outlets: tuple[OutletChange, ...]  # those that changed most, first
    new_outlets: int
    lost_outlets: int


def find_changes(tables: Tables) -> Changes:
    """This snapshot against the last one, whose tables are there under OLD names."""
    names = ("sources", "articles", "paragraphs", "quotes", "removals", "quote_clusters", "stories")
    counted = tuple(
        TableChange(
            name, *tables.one(f"SELECT (SELECT count(*) FROM {OLD}{name}), (SELECT count(*) FROM {name})")
        )
        for name in names
    )
    outlets = tables.rows(
        f"""
        WITH before AS (SELECT outlet, count(*) AS n FROM {OLD}articles WHERE outlet IS NOT NULL GROUP BY 1),
        now AS (SELECT outlet, count(*) AS n FROM articles WHERE outlet IS NOT NULL GROUP BY 1)
        SELECT outlet, coalesce(before.n, 0) AS b, coalesce(now.n, 0) AS a FROM before FULL JOIN now USING (outlet)
        WHERE b <> a ORDER BY abs(a - b) DESC, outlet
        """
    )
    return Changes(
        counted,
        added=_articles(
            tables,
            f"articles a WHERE NOT EXISTS (SELECT 1 FROM {OLD}articles o WHERE o.article_id = a.article_id)",
        ),
        gone=_articles(
            tables,
            f"{OLD}articles a WHERE NOT EXISTS (SELECT 1 FROM articles o WHERE o.article_id = a.article_id)",
        ),
        edited=_articles(
            tables,
            f"articles a JOIN {OLD}articles o USING (article_id) WHERE "
            "(a.content_sha256, a.word_count, a.paragraph_count, a.quote_count, a.headline) IS DISTINCT FROM "
            "(o.content_sha256, o.word_count, o.paragraph_count, o.quote_count, o.headline)",
        ),
        outlets=tuple(OutletChange(*row) for row in outlets[:OUTLETS_SHOWN]),
        new_outlets=sum(not before for _, before, _ in outlets),
        lost_outlets=sum(not now for _, _, now in outlets),
    )


def _articles(tables: Tables, place: str) -> ChangedArticles:
    (count,) = tables.one(f"SELECT count(*) FROM {place}")
    rows = tables.rows(
        f"SELECT a.article_id, a.source_uri, substr(a.headline, 1, 200) FROM {place} ORDER BY a.article_id LIMIT ?",
        ROWS_SHOWN,
    )
    return ChangedArticles(count, tuple(rows))
