"""What the corpus is: articles by day, outlet and language, their lengths, the fields that they lack, what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from copydesk.report.reading import Tables
from copydesk.report.spread import Spread

OTHER = "(other outlets)"
OUTLETS_SHOWN = 20  # rows of a table by outlet; the rest is summed up
OUTLETS_PLOTTED = 5
OUTLETS_RATED = 12
REFUSALS_SHOWN = 30
# The fields that users ask for first, in the order in which they ask.
WATCHED_FIELDS = ("headline", "authors", "published_at", "outlet", "url", "language", "dek", "section")
_LACKS = {name: "len(authors) = 0" if name == "authors" else f"{name} IS NULL" for name in WATCHED_FIELDS}

# An outlet that printed on most days of a month and then on none: what it takes to say that it fell silent.
WATCHED_DAYS = 60
REGULAR_DAYS = 8
LONGEST_PAUSE_DAYS = 3


@dataclass(frozen=True, slots=True)
class MissingFields:
    """Of an outlet's articles, the share that lacks each watched field."""

    outlet: str
    articles: int
    shares: tuple[float, ...]  # in the order of WATCHED_FIELDS


@dataclass(frozen=True, slots=True)
class Refusal:
    """Documents quarantined for one reason."""

    stage: str
    error: str
    documents: int
    sample_uri: str
    sample_message: str

    @property
    def reason(self) -> str:
        return f"{self.stage}/{self.error}"


@dataclass(frozen=True, slots=True)
class Silence:
    """An outlet that used to publish and has not for a while, seen from the corpus's last day."""

    outlet: str
    last_day: date
    days: int
    longest_pause: int  # in days, while it published


@dataclass(frozen=True, slots=True)
class Overview:
    documents: int
    articles: int
    paragraphs: int
    by_status: tuple[tuple[str, int], ...]
    outlet_count: int
    languages: tuple[tuple[str, int], ...]
    first_day: date | None
    last_day: date | None
    undated: int
    by_day: tuple[tuple[date, str, int], ...]  # day, one of the largest outlets or OTHER, articles
    plotted_outlets: tuple[str, ...]  # those of by_day, the largest first, OTHER last
    words: Spread  # of an article
    paragraph_words: Spread
    removed_shares: Spread
    removed_by_outlet: tuple[tuple[str, float], ...]  # median share of the largest outlets
    missing: tuple[MissingFields, ...]
    refusals: tuple[Refusal, ...]
    refused: int
    silent: tuple[Silence, ...]


def overview(tables: Tables) -> Overview:
    """The corpus in figures."""
    by_status = tuple(tables.rows("SELECT status, count(*) FROM sources GROUP BY 1 ORDER BY 2 DESC, 1"))
    articles, outlets, dated, first, last = tables.one(
        "SELECT count(*), count(DISTINCT outlet), count(day), min(day), max(day) FROM articles"
    )
    largest = tuple(
        name for name, _ in tables.rows(
            "SELECT outlet_name, count(*) FROM articles WHERE day IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
            OUTLETS_PLOTTED,
        )
    )  # fmt: skip
    by_day = tuple(
        tables.rows(
            "SELECT day, CASE WHEN list_contains(?, outlet_name) THEN outlet_name ELSE ? END, count(*) FROM articles "
            "WHERE day IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2",
            list(largest),
            OTHER,
        )
    )
    return Overview(
        documents=sum(count for _, count in by_status),
        articles=articles,
        paragraphs=tables.one("SELECT count(*) FROM paragraphs")[0],
        by_status=by_status,
        outlet_count=outlets,
        languages=tuple(
            tables.rows(
                "SELECT coalesce(language, 'unknown'), count(*) FROM articles GROUP BY 1 ORDER BY 2 DESC, 1"
            )
        ),
        first_day=first,
        last_day=last,
        undated=articles - dated,
        by_day=by_day,
        plotted_outlets=(*largest, *((OTHER,) if any(name == OTHER for _, name, _ in by_day) else ())),
        words=Spread.of(tables.rows("SELECT word_count, count(*) FROM articles GROUP BY 1")),
        paragraph_words=Spread.of(tables.rows("SELECT word_count, count(*) FROM paragraphs GROUP BY 1")),
        removed_shares=Spread.of(
            tables.rows("SELECT round(removed_share, 3), count(*) FROM articles GROUP BY 1")
        ),
        removed_by_outlet=tuple(
            (outlet, share)
            for outlet, _, share in tables.rows(
                "SELECT outlet_name, count(*), median(removed_share) FROM articles GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
                OUTLETS_RATED,
            )
        ),
        missing=missing_by_outlet(tables),
        refusals=list_refusals(tables),
        refused=dict(by_status).get("quarantined", 0),
        silent=find_silent(tables),
    )


def missing_by_outlet(tables: Tables) -> tuple[MissingFields, ...]:
    """A row for all articles, then one an outlet, the largest first, then one for the rest."""
    lacks = ", ".join(f"count_if({lack})" for lack in _LACKS.values())
    rows = tables.rows(f"SELECT outlet_name, count(*), {lacks} FROM articles GROUP BY 1 ORDER BY 2 DESC, 1")
    if not rows:
        return ()
    found = [_missing("all outlets", rows)]
    found += [_missing(row[0], [row]) for row in rows[:OUTLETS_SHOWN]]
    if rest := rows[OUTLETS_SHOWN:]:
        found.append(_missing(f"{len(rest):,} smaller outlets", rest))
    return tuple(found)


def _missing(outlet: str, rows: list[tuple[str | int, ...]]) -> MissingFields:
    size, *lacking = (sum(int(count) for count in column) for column in list(zip(*rows, strict=True))[1:])
    return MissingFields(outlet, size, tuple(count / size for count in lacking))


def list_refusals(tables: Tables) -> tuple[Refusal, ...]:
    """Quarantined documents by stage and code, with the first document of each."""
    rows = tables.rows(
        "SELECT coalesce(stage, 'unknown'), coalesce(error, 'unknown'), count(*), min(source_uri), "
        "substr(coalesce(arg_min(message, source_uri), ''), 1, 400) "
        "FROM sources WHERE status = 'quarantined' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ?",
        REFUSALS_SHOWN,
    )
    return tuple(Refusal(*row) for row in rows)


def find_silent(tables: Tables) -> tuple[Silence, ...]:
    """Outlets that published regularly and then nothing, the longest silence first."""
    days: dict[str, list[date]] = {}
    last = tables.one("SELECT max(day) FROM articles")[0]
    if last is None:
        return ()
    for outlet, day in tables.rows(
        "SELECT DISTINCT outlet, day FROM articles WHERE outlet IS NOT NULL AND day > ? ORDER BY 1, 2",
        last - timedelta(days=WATCHED_DAYS),
    ):
        days.setdefault(outlet, []).append(day)
    found = []
    for outlet, printed in days.items():
        if len(printed) < REGULAR_DAYS:
            continue
        pause = max((later - earlier).days for earlier, later in pairwise(printed))
        silent = (last - printed[-1]).days
        if silent > max(LONGEST_PAUSE_DAYS, 2 * pause):
            found.append(Silence(outlet, printed[-1], silent, pause))
    return tuple(sorted(found, key=lambda silence: (-silence.days, silence.outlet)))
