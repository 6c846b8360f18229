"""What several articles have in common: the same words, the same copy, the same event. Values only.

Which quotes, copies and stories belong together was settled by the corpus step; here they are counted and listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

NO_OUTLET = "(outlet unknown)"
CLUSTERS_SHOWN = 12
STORIES_SHOWN = 15
GROUPS_SHOWN = 12
OUTLETS_WITH_COPIES_SHOWN = 20
MOST_NAMES = 12  # outlets that one line names; the rest is a number
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
    first_day: str | None
    versions: tuple[Version, ...]


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

    headline: str | None  # of the longest of them
    kinds: tuple[str, ...]
    articles: int
    outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """An event and the outlets that cover it."""

    headline: str | None
    articles: int
    outlets: tuple[str, ...]
    outlet_count: int
    first_day: str | None
    last_day: str | None


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


def compute_shared(
    articles: pd.DataFrame,
    sources: pd.DataFrame,
    quotes: pd.DataFrame,
    clusters: pd.DataFrame,
    stories: pd.DataFrame,
) -> Shared:
    """What the tables say is shared. `articles` has a column `outlet_name` that is never missing."""
    return Shared(
        quotes=list_quotes(clusters, quotes, articles),
        quote_count=clusters["cluster_id"].nunique(),
        copies=count_copies(articles, sources),
        groups=list_groups(articles),
        group_count=articles["duplicate_group"].nunique(),
        stories=list_stories(stories, articles),
        story_count=len(stories),
    )


# ---------------------------------------------------------------- same words
def list_quotes(
    clusters: pd.DataFrame, quotes: pd.DataFrame, articles: pd.DataFrame
) -> tuple[SharedQuote, ...]:
    """The clusters with most outlets, then most articles, each with every wording."""
    heads = clusters.drop_duplicates("cluster_id").sort_values(
        ["outlet_count", "article_count", "cluster_id"], ascending=[False, False, True]
    )
    heads = heads.head(CLUSTERS_SHOWN)
    members = clusters[clusters["cluster_id"].isin(heads["cluster_id"])]
    members = members.merge(quotes[["quote_id", "article_id"]], on="quote_id")
    members = members.merge(articles[["article_id", "outlet_name"]], on="article_id")
    by_cluster = dict(list(members.groupby("cluster_id")))
    return tuple(
        SharedQuote(
            head["cluster_id"],
            head["wording"],
            _or_none(head["speaker"]),
            int(head["article_count"]),
            int(head["outlet_count"]),
            _day(head["first_published_at"]),
            _versions(by_cluster[head["cluster_id"]]),
        )
        for head in heads.to_dict("records")
        if head["cluster_id"] in by_cluster
    )


def _versions(members: pd.DataFrame) -> tuple[Version, ...]:
    found = [
        Version(
            str(rows["relation"].iloc[0]),
            split_edits(str(edits)),
            _names(rows["outlet_name"]),
            rows["article_id"].nunique(),
        )
        for edits, rows in members.assign(edits=members["edits"].fillna("")).groupby("edits")
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
def count_copies(articles: pd.DataFrame, sources: pd.DataFrame) -> tuple[Copies, ...]:
    """The outlets that share copy or repeat their own documents, those with most of it first."""
    import pandas as pd

    kinds = pd.crosstab(articles["outlet_name"], articles["duplicate_kind"])
    sizes = articles["outlet_name"].value_counts()
    repeats = sources[sources["status"].isin(("duplicate", "superseded"))]
    outlet_of = articles.set_index("article_id")["outlet_name"]
    repeated = repeats["article_id"].map(outlet_of).fillna(NO_OUTLET).value_counts()

    def number(kind: str, outlet: str) -> int:
        return int(kinds[kind].get(outlet, 0)) if kind in kinds else 0

    rows = [
        Copies(
            str(outlet),
            int(sizes.get(outlet, 0)),
            exact=number("exact", outlet),
            near=number("near", outlet),
            syndicated=number("syndicated", outlet),
            repeated_documents=int(repeated.get(outlet, 0)),
        )
        for outlet in sorted({*kinds.index, *repeated.index})
    ]
    ranked = sorted(rows, key=lambda row: (-row.shared, -row.repeated_documents, row.outlet))
    return tuple(row for row in ranked if row.shared or row.repeated_documents)[:OUTLETS_WITH_COPIES_SHOWN]


def list_groups(articles: pd.DataFrame) -> tuple[CopyGroup, ...]:
    """The largest groups of copies."""
    grouped = articles.dropna(subset=["duplicate_group"])
    largest = _ranked(grouped["duplicate_group"].value_counts().items())[:GROUPS_SHOWN]
    shown = grouped[grouped["duplicate_group"].isin([group for group, _ in largest])]
    members = dict(list(shown.groupby("duplicate_group")))
    # A group is named after its longest article.
    headline_of = articles.set_index("article_id")["headline"]
    return tuple(
        CopyGroup(
            _or_none(headline_of.get(group)),
            tuple(sorted({str(kind) for kind in members[group]["duplicate_kind"].dropna()})),
            size,
            _names(members[group]["outlet_name"]),
        )
        for group, size in largest
    )


# ---------------------------------------------------------------- stories
def list_stories(stories: pd.DataFrame, articles: pd.DataFrame) -> tuple[Story, ...]:
    """The stories that most outlets cover, then those with most articles."""
    ranked = stories.sort_values(
        ["outlet_count", "article_count", "story_id"], ascending=[False, False, True]
    )
    shown = ranked.head(STORIES_SHOWN)
    members = articles[articles["story_id"].isin(shown["story_id"])]
    outlets = {story: _names(rows["outlet_name"]) for story, rows in members.groupby("story_id")}
    return tuple(
        Story(
            _or_none(row["headline"]),
            int(row["article_count"]),
            outlets.get(row["story_id"], ()),
            int(row["outlet_count"]),
            _day(row["first_published_at"]),
            _day(row["last_published_at"]),
        )
        for row in shown.to_dict("records")
    )


def list_names(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """Names in a line; what is beyond `most` is a number: "The Harrow Gazette, Castrel Courier and 4 more"."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _ranked(sizes: Iterable[tuple[Any, int]]) -> list[tuple[str, int]]:
    return sorted(((str(k), int(n)) for k, n in sizes), key=lambda pair: (-pair[1], pair[0]))


def _names(outlets: pd.Series[Any]) -> tuple[str, ...]:
    """Each outlet once, in the order of names, the unknown ones last."""
    return tuple(sorted(set(map(str, outlets)), key=lambda name: (name == NO_OUTLET, name)))


def _or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _day(moment: Any) -> str | None:
    import pandas as pd

    return None if pd.isna(moment) else str(moment.strftime("%Y-%m-%d"))
