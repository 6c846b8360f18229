"""What several articles have in common: the same words, the same copy, the same event. Values only.

Which quotes, copies and stories belong together was settled by the corpus step; here they are counted and listed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from copydesk.report.reading import NO_OUTLET, Tables

CLUSTERS_SHOWN = 12
CLUSTERS_OF_ARTICLE = 2  # so that one speech that all outlets quote at length does not fill the list
VERSIONS_SHOWN = 10  # of a cluster
STORIES_SHOWN = 15
GROUPS_SHOWN = 12
OUTLETS_WITH_COPIES_SHOWN = 20
MOST_NAMES = 12  # outlets that one line names; the rest is a number
LONGEST_NAME = 60
_CHANGE = re.compile(r"(\[-[^\[\]]{1,500}-\]|\{\+[^{}]{1,500}\+\})")  # as quote_clusters.edits has them


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a wording, seen against the one that stands for the cluster."""

    kind: Literal["same", "left_out", "put_in"]
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """One wording and the outlets that print it."""

    relation: str  # identical, edited or contained
    parts: tuple[Part, ...]  # none where the words are the same
    outlets: tuple[str, ...]  # in the order of their names; NO_OUTLET for those unknown
    articles: int


@dataclass(frozen=True, slots=True)
class SharedQuote:
    """An utterance that several articles print: a cluster with its wordings, the most frequent first."""

    cluster_id: str
    wording: str
    speaker: str | None
    articles: int
    outlets: int
    first_day: date | None
    versions: tuple[Version, ...]
    version_count: int


@dataclass(frozen=True, slots=True)
class Copies:
    """Of an outlet's articles, those that are somebody's copy too."""

    outlet: str
    articles: int
    exact: int
    near: int
    syndicated: int
    repeated_documents: int  # that gave no article of their own: the same content, or an older edition

    @property
    def shared(self) -> int:
        return self.exact + self.near + self.syndicated


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """Articles that are nearly the same text."""

    group_id: str
    headline: str | None  # of the longest of them
    kinds: tuple[str, ...]
    articles: int
    outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """An event and the outlets that cover it."""

    story_id: str
    headline: str | None
    articles: int
    outlets: tuple[str, ...]
    outlet_count: int
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Shared:
    """All of it, the most widely shared first; `…_count` are of the whole corpus, the tuples hold what is shown."""

    quotes: tuple[SharedQuote, ...]
    quote_count: int
    copies: tuple[Copies, ...]
    groups: tuple[CopyGroup, ...]
    group_count: int
    stories: tuple[Story, ...]
    story_count: int


def compute_shared(tables: Tables) -> Shared:
    """What the tables say is shared."""
    return Shared(
        quotes=list_quotes(tables),
        quote_count=tables.one("SELECT count(DISTINCT cluster_id) FROM quote_clusters")[0],
        copies=count_copies(tables),
        groups=list_groups(tables),
        group_count=tables.one("SELECT count(DISTINCT duplicate_group) FROM articles")[0],
        stories=list_stories(tables),
        story_count=tables.one("SELECT count(*) FROM stories")[0],
    )


# ---------------------------------------------------------------- same words
def list_quotes(tables: Tables) -> tuple[SharedQuote, ...]:
    """The clusters with most outlets, then most articles, a few of an article only, each with its wordings."""
    heads = tables.rows(
        f"""
        WITH clusters AS (
            SELECT cluster_id, any_value(substr(wording, 1, 1000)) AS wording, any_value(speaker) AS speaker,
                any_value(article_count) AS articles, any_value(outlet_count) AS outlets,
                {_day("any_value(first_published_at)")} AS first_day
            FROM quote_clusters GROUP BY 1
        ), largest AS (
            SELECT c.*, coalesce(q.article_id, c.cluster_id) AS article
            FROM clusters c LEFT JOIN quotes q ON q.quote_id = c.cluster_id
            QUALIFY row_number() OVER (PARTITION BY article ORDER BY outlets DESC, articles DESC, c.cluster_id) <= ?
        )
        SELECT cluster_id, wording, speaker, articles, outlets, first_day FROM largest
        ORDER BY outlets DESC, articles DESC, cluster_id LIMIT ?
        """,
        CLUSTERS_OF_ARTICLE,
        CLUSTERS_SHOWN,
    )
    members: defaultdict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    for cluster, *member in tables.rows(
        "SELECT c.cluster_id, c.relation, coalesce(c.edits, ''), a.outlet_name, a.article_id "
        "FROM quote_clusters c JOIN quotes q ON q.quote_id = c.quote_id JOIN articles a ON a.article_id = q.article_id "
        "WHERE list_contains(?, c.cluster_id) ORDER BY ALL",
        [head[0] for head in heads],
    ):
        members[cluster].append((member[0], member[1], member[2], member[3]))
    found = []
    for cluster, wording, speaker, articles, outlets, first_day in heads:
        if versions := _versions(members[cluster]):
            shown = versions[:VERSIONS_SHOWN]
            found.append(
                SharedQuote(cluster, wording, speaker, articles, outlets, first_day, shown, len(versions))
            )
    return tuple(found)


def _versions(members: Sequence[tuple[str, str, str, str]]) -> tuple[Version, ...]:
    by_edits: defaultdict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    for member in members:
        by_edits[member[1]].append(member)
    found = [
        Version(
            rows[0][0],
            split_edits(edits),
            sort_outlets(outlet for _, _, outlet, _ in rows),
            len({article for _, _, _, article in rows}),
        )
        for edits, rows in by_edits.items()
    ]
    # The wording that stands for the cluster is the measure of the others, so it opens the list.
    return tuple(sorted(found, key=lambda version: (bool(version.parts), -version.articles, version.outlets)))


def split_edits(edits: str) -> tuple[Part, ...]:
    """The parts of `quote_clusters.edits`.

    >>> [(part.kind, part.text) for part in split_edits("ferries [-may-]{+will+} sail")]
    [('same', 'ferries '), ('left_out', 'may'), ('put_in', 'will'), ('same', ' sail')]
    """
    parts: list[Part] = []
    for piece in _CHANGE.split(edits):
        if _CHANGE.fullmatch(piece):
            parts.append(Part("left_out" if piece[0] == "[" else "put_in", piece[2:-2]))
        elif piece:
            parts.append(Part("same", piece))
    return tuple(parts)


# ---------------------------------------------------------------- copies
def count_copies(tables: Tables) -> tuple[Copies, ...]:
    """The outlets that share copy or repeat their own documents, those with most of it first."""
    rows = tables.rows(
        """
        WITH own AS (
            SELECT outlet_name, count(*) AS articles, count_if(duplicate_kind = 'exact') AS exact,
                count_if(duplicate_kind = 'near') AS near, count_if(duplicate_kind = 'syndicated') AS syndicated
            FROM articles GROUP BY 1
        ), repeated AS (
            SELECT coalesce(a.outlet_name, ?) AS outlet_name, count(*) AS documents
            FROM sources s LEFT JOIN articles a USING (article_id)
            WHERE s.status IN ('duplicate', 'superseded') GROUP BY 1
        )
        SELECT coalesce(own.outlet_name, repeated.outlet_name) AS name, coalesce(articles, 0), coalesce(exact, 0) AS e,
            coalesce(near, 0) AS n, coalesce(syndicated, 0) AS s, coalesce(documents, 0) AS d
        FROM own FULL JOIN repeated USING (outlet_name)
        WHERE e + n + s + d > 0 ORDER BY e + n + s DESC, d DESC, name LIMIT ?
        """,
        NO_OUTLET,
        OUTLETS_WITH_COPIES_SHOWN,
    )
    return tuple(Copies(*row) for row in rows)


def list_groups(tables: Tables) -> tuple[CopyGroup, ...]:
    """The largest groups of copies, each named after its longest article."""
    rows = tables.rows(
        """
        WITH largest AS (
            SELECT duplicate_group, count(*) AS articles, list_sort(list(DISTINCT duplicate_kind)) AS kinds,
                list(DISTINCT outlet_name) AS outlets
            FROM articles WHERE duplicate_group IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?
        )
        SELECT largest.duplicate_group, headline, kinds, articles, outlets FROM largest
        LEFT JOIN articles ON article_id = largest.duplicate_group ORDER BY articles DESC, largest.duplicate_group
        """,
        GROUPS_SHOWN,
    )
    return tuple(
        CopyGroup(group, headline, tuple(kind for kind in kinds if kind), articles, sort_outlets(outlets))
        for group, headline, kinds, articles, outlets in rows
    )


# ---------------------------------------------------------------- stories
def list_stories(tables: Tables) -> tuple[Story, ...]:
    """The stories that most outlets cover, then those with most articles."""
    rows = tables.rows(
        f"SELECT story_id, headline, article_count, outlet_count, {_day('first_published_at')}, {_day('last_published_at')} "
        "FROM stories ORDER BY outlet_count DESC, article_count DESC, story_id LIMIT ?",
        STORIES_SHOWN,
    )
    outlets = dict(
        tables.rows(
            "SELECT story_id, list(DISTINCT outlet_name) FROM articles WHERE list_contains(?, story_id) GROUP BY 1",
            [row[0] for row in rows],
        )
    )
    return tuple(
        Story(story, headline, articles, sort_outlets(outlets.get(story, ())), outlet_count, first, last)
        for story, headline, articles, outlet_count, first, last in rows
    )


def list_names(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """Names in a line; what is beyond `most` is a number: "The Harrow Gazette, Castrel Courier and 4 more"."""
    shown = ", ".join(
        name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…" for name in names[:most]
    )
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def sort_outlets(outlets: Iterable[str]) -> tuple[str, ...]:
    """Each outlet once, in the order of names, the unknown ones last."""
    return tuple(sorted(set(outlets), key=lambda name: (name == NO_OUTLET, name)))


def _day(moment: str) -> str:
    """SQL of the UTC day of a moment; by way of microseconds, since the zones of timestamps need an extension."""
    return f"CAST(make_timestamp(epoch_us({moment})) AS DATE)"
