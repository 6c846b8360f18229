"""What only many documents together can tell: copies, shared utterances, stories. One verb, `compare`.

It reads articles once and quotes twice, each time in a stream, and keeps a small record of an article; the words
themselves lie in scratch files. The answer depends on the set of articles and quotes, not on their order or on how the
corpus grew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from copydesk.corpus.clusters import cluster_quotes
from copydesk.corpus.copies import Bodies, Copy
from copydesk.corpus.scratch import open_scratch
from copydesk.corpus.stories import Openings
from copydesk.corpus.texts import ArticleText, Quotes
from copydesk.memory import give_back
from copydesk.rows import QuoteClusterRow, StoryRow


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two tables, and what they and the copies say of single articles and quotes."""

    copies: Mapping[str, Copy]  # by article_id; only articles that have one
    story_of: Mapping[str, str]  # story_id by article_id
    cluster_of: Mapping[str, str]  # cluster_id by quote_id
    quote_clusters: tuple[QuoteClusterRow, ...]
    stories: tuple[StoryRow, ...]


def compare(articles: Iterable[ArticleText], quotes: Quotes, scratch: Path) -> Comparison:
    """Compare all articles and quotes of a corpus. `scratch` is a folder for what memory does not hold."""
    with open_scratch(scratch) as files:
        openings, bodies = Openings(files), Bodies(files)
        for article in articles:
            openings.add(article)
            bodies.add(article)
        printings = openings.printings
        clusters = cluster_quotes(quotes, printings, files)
        give_back()
        copies = bodies.copies()
        give_back()
        texts: defaultdict[str, set[str]] = defaultdict(set)
        for article_id, copy in copies.items():
            texts[copy.group].add(article_id)
        stories = openings.stories(clusters.articles, texts.values())
    return Comparison(
        copies=copies,
        story_of=stories.story_of,
        cluster_of={row.quote_id: row.cluster_id for row in clusters.rows},
        quote_clusters=clusters.rows,
        stories=stories.rows,
    )
