"""Who is quoted, in what way, and how many of the quotes have a speaker."""

from __future__ import annotations

from dataclasses import dataclass

from copydesk.report.reading import Tables
from copydesk.report.spread import Spread

OUTLETS_RATED = 12
SPEAKERS_SHOWN = 15
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class QuoteFigures:
    by_kind: tuple[tuple[str, int], ...]
    attributable: int  # direct, mixed and indirect ones
    terms: int  # scare quotes and titles, which nobody utters
    with_speaker: int
    speaker_count: int
    speakers: tuple[tuple[str, int, int], ...]  # name, quotes, articles; most quoted first
    speaker_shares: tuple[tuple[str, int, float], ...]  # outlet, quotes, share; those with most quotes first
    attributions: tuple[tuple[str, int], ...]  # what decided on the speaker
    per_article: Spread


def quote_figures(tables: Tables) -> QuoteFigures:
    """Kinds, speakers, and how many quotes an article has."""
    spoken, named, speakers = tables.one(
        "SELECT count(*), count(speaker), count(DISTINCT speaker) FROM quotes WHERE kind <> 'term'"
    )
    by_kind = tuple(tables.rows("SELECT kind, count(*) FROM quotes GROUP BY 1 ORDER BY 2 DESC, 1"))
    return QuoteFigures(
        by_kind=by_kind,
        attributable=spoken,
        terms=dict(by_kind).get("term", 0),
        with_speaker=named,
        speaker_count=speakers,
        speakers=tuple(
            tables.rows(
                "SELECT substr(speaker, 1, ?), count(*), count(DISTINCT article_id) FROM quotes "
                "WHERE kind <> 'term' AND speaker IS NOT NULL GROUP BY speaker ORDER BY 2 DESC, 3 DESC, speaker LIMIT ?",
                LONGEST_NAME,
                SPEAKERS_SHOWN,
            )
        ),
        speaker_shares=tuple(
            (outlet, quotes, with_speaker / quotes)
            for outlet, quotes, with_speaker in tables.rows(
                "SELECT outlet_name, count(*), count(speaker) FROM quotes JOIN articles USING (article_id) "
                "WHERE kind <> 'term' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
                OUTLETS_RATED,
            )
        ),
        attributions=tuple(
            tables.rows(
                "SELECT attribution, count(*) FROM quotes WHERE kind <> 'term' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12"
            )
        ),
        per_article=Spread.of(tables.rows("SELECT quote_count, count(*) FROM articles GROUP BY 1")),
    )
