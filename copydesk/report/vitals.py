"""A few figures that tell how a corpus fares. Each run keeps those of its tables in `runs`, so that drift can be seen later."""

from __future__ import annotations

from pathlib import Path

from copydesk.report.reading import Tables, open_tables

# Shares are 0 to 1. What has no value (the share of quotes of a corpus without quotes) is left out.
_ARTICLES = {
    "outlets": "count(DISTINCT outlet)",
    "languages": "count(DISTINCT language)",
    "no_headline": "count_if(headline IS NULL) / count(*)",
    "no_authors": "count_if(len(authors) = 0) / count(*)",
    "no_date": "count_if(published_at IS NULL) / count(*)",
    "no_outlet": "count_if(outlet IS NULL) / count(*)",
    "copies": "count_if(duplicate_group IS NOT NULL) / count(*)",
    "words_median": "median(word_count)",
    "removed_share_median": "median(removed_share)",
}
_QUOTES = {"speaker_settled": "count(speaker) / count(*)"}


def measure(tables: Tables) -> tuple[tuple[str, float], ...]:
    """The figures of these tables, by name."""
    found: list[tuple[str, float]] = []
    for columns, place in ((_ARTICLES, "articles"), (_QUOTES, "quotes WHERE kind <> 'term'")):
        count, *values = tables.one(f"SELECT count(*), {', '.join(columns.values())} FROM {place}")
        if count:
            found += ((name, round(float(value), 6)) for name, value in zip(columns, values, strict=True))
    return tuple(found)


def measure_folder(folder: Path) -> tuple[tuple[str, float], ...]:
    """The figures of the tables that lie in this folder."""
    with open_tables(folder) as tables:
        return measure(tables)
