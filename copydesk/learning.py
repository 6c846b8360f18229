"""`copydesk learn`: the blocks that outlets of a snapshot repeat, as a rule file for a person to review.

The tables are read in streams: once to count, once more to look at what was counted, then for labels and for what is quoted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.corpus.recurring import LabelGuesser, Recurring, Seen, gather, why_news
from copydesk.corpus.repeats import LEAST_PAGES, Printed, count_repeats, form_key
from copydesk.errors import RunError, UsageError
from copydesk.label.rulewriter import Draft, write_rule
from copydesk.snapshot import Snapshot, open_snapshot

if TYPE_CHECKING:
    from pyarrow import RecordBatch

SAID = ("direct", "mixed")
ORIGIN = {
    "elsewhere": "the label under which other pages' were removed",
    "alike": "the label of removals with the same words",
    "nothing": "nothing like it was removed for a reason: choose one",
}
LEFT_OUT = {
    "quoted": "somebody's words",
    "field": "fields such as bylines",
    "one story": "background of one story",
    "rare": "on less than 1 % of their outlet's pages",
    "shared": "printed by other outlets as well",
    "short": "short sentences that news may repeat",
}
COUNTEREXAMPLE_WORDS = range(6, 31)
OTHER_TEXT = "A line that the outlet does not repeat."


@dataclass(frozen=True, slots=True)
class Learned:
    """A rule file, and how much is in it."""

    content: str
    rules: int
    outlets: int


@dataclass(frozen=True, slots=True)
class _Article:
    outlet: int
    page: int  # of the content: copies have the same
    story: str | None


@dataclass(frozen=True, slots=True)
class _Corpus:
    """Who published what: article ids to numbers, numbers to names."""

    articles: Mapping[str, _Article]
    outlets: tuple[str, ...]
    pages: Mapping[int, int]  # of each outlet
    nameless: int  # articles of which nobody knows the outlet


def learn(out: Path, outlet: str | None = None, min_articles: int = LEAST_PAGES) -> Learned:
    """Rules for blocks that stand in so many articles of an outlet, and no good reason took out; for one outlet or all.

    Raises UsageError for an outlet that the snapshot does not have.
    """
    snapshot = open_snapshot(out)
    corpus = _read_corpus(snapshot)
    chosen = _choose_outlets(corpus, outlet)
    counted = (
        Printed(seen.outlet, seen.page, seen.text) for seen in _blocks(snapshot, corpus) if seen.is_open
    )
    repeats = {
        place: repeat for place, repeat in count_repeats(counted, min_articles).items() if place[0] in chosen
    }
    found = gather(_blocks(snapshot, corpus), repeats)
    _mark_quoted(snapshot, corpus, found)
    proposed: list[Recurring] = []
    left_out: Counter[str] = Counter()
    for block in found.values():
        news = why_news(block, corpus.pages[block.outlet], min_articles)
        if news:
            left_out[news] += 1
        else:
            proposed.append(block)
    guesser = LabelGuesser(proposed)
    if guesser.wants_examples:
        for seen in _removals(snapshot, corpus):
            if not seen.is_open:
                guesser.learn(seen.text, seen.label)
    others = _find_counterexamples(snapshot, corpus, repeats)
    return _compose(corpus, proposed, guesser, others, left_out, min_articles)


def write_new(path: Path, content: str) -> None:
    """Write a rule file that is not there yet, whole or not at all: one that was reviewed cannot be had again."""
    if path.exists():
        raise UsageError(f"{path}: expected a new file, found one; its rules may have been reviewed")
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_text(content, encoding="utf-8")
        fresh.replace(path)
    except OSError as fault:
        fresh.unlink(missing_ok=True)
        raise RunError(f"{path}: expected to write here, found: {fault.strerror}") from fault


def _read_corpus(snapshot: Snapshot) -> _Corpus:
    columns = ["article_id", "domain", "outlet", "duplicate_group", "story_id"]
    rows = sorted(snapshot.rows("articles", columns), key=lambda row: row["article_id"])
    names = sorted({name for row in rows if (name := row["domain"] or row["outlet"])})
    numbers = {name: number for number, name in enumerate(names)}
    articles: dict[str, _Article] = {}
    contents: dict[tuple[int, str], int] = {}
    for row in rows:
        name = row["domain"] or row["outlet"]
        if name:
            content = (numbers[name], row["duplicate_group"] or row["article_id"])
            page = contents.setdefault(content, len(contents))
            articles[row["article_id"]] = _Article(numbers[name], page, row["story_id"])
    pages = Counter(outlet for outlet, _ in contents)
    return _Corpus(articles, tuple(names), pages, len(rows) - len(articles))


def _choose_outlets(corpus: _Corpus, named: str | None) -> frozenset[int]:
    if named is None:
        return frozenset(range(len(corpus.outlets)))
    chosen = frozenset(
        number for number, name in enumerate(corpus.outlets) if name.casefold() == named.casefold()
    )
    if not chosen:
        from difflib import get_close_matches

        near = get_close_matches(named, corpus.outlets, n=3, cutoff=0.4) or corpus.outlets[:5]
        raise UsageError(
            f"expected an outlet of this snapshot, found {named!r}; it has {', '.join(near) or 'none'}"
        )
    return chosen


def _blocks(snapshot: Snapshot, corpus: _Corpus) -> Iterator[Seen]:
    """Every block of every article whose outlet is known."""
    columns = ["paragraph_id", "article_id", "text", "role"]
    for batch in snapshot.batches("paragraphs", columns):
        for paragraph_id, article_id, text, role in zip(*_lists(batch, columns), strict=True):
            if article := corpus.articles.get(article_id):
                yield Seen(
                    article.outlet, article.page, article_id, article.story, text, role, None, paragraph_id
                )
    yield from _removals(snapshot, corpus)


def _removals(snapshot: Snapshot, corpus: _Corpus) -> Iterator[Seen]:
    columns = ["article_id", "text", "label", "rule"]
    for batch in snapshot.batches("removals", columns):
        for article_id, text, label, rule in zip(*_lists(batch, columns), strict=True):
            if article := corpus.articles.get(article_id):
                yield Seen(article.outlet, article.page, article_id, article.story, text, label, rule)


def _lists(batch: RecordBatch, columns: Sequence[str]) -> list[list[Any]]:
    return [batch[name].to_pylist() for name in columns]


def _mark_quoted(snapshot: Snapshot, corpus: _Corpus, found: Mapping[tuple[int, int], Recurring]) -> None:
    """Note (in `found`) blocks in which somebody is quoted, and those that other outlets print as a quote."""
    by_key: defaultdict[int | None, list[Recurring]] = defaultdict(list)
    for block in found.values():
        by_key[block.key].append(block)
    paragraphs = {number: block for block in found.values() for number in block.paragraphs}
    columns = ["paragraph_id", "article_id", "text", "kind", "speaker", "cue", "cluster_id"]
    for batch in snapshot.batches("quotes", columns):
        for paragraph_id, article_id, text, kind, *known in zip(*_lists(batch, columns), strict=True):
            if kind not in SAID:
                continue
            if paragraph_id in paragraphs and any(known):
                paragraphs[paragraph_id].is_quoted = True
            for block in by_key.get(form_key(text), ()):
                block.is_quoted |= _outlet(corpus, article_id) != block.outlet


def _outlet(corpus: _Corpus, article_id: str) -> int | None:
    article = corpus.articles.get(article_id)
    return article.outlet if article else None


def _find_counterexamples(
    snapshot: Snapshot, corpus: _Corpus, repeated: Container[tuple[int, int | None]]
) -> dict[int, str]:
    """A kept block of each outlet that does not repeat: the least in the order of characters."""
    least: dict[int, str] = {}
    columns = ["article_id", "text"]
    for batch in snapshot.batches("paragraphs", columns):
        for article_id, text in zip(*_lists(batch, columns), strict=True):
            outlet = _outlet(corpus, article_id)
            if outlet is None or text >= least.get(outlet, "\U0010ffff") or not text[0].isalpha():
                continue
            if len(text.split()) in COUNTEREXAMPLE_WORDS and (outlet, form_key(text)) not in repeated:
                least[outlet] = text
    return least


# ---------------------------------------------------------------- the file
def _compose(
    corpus: _Corpus,
    proposed: list[Recurring],
    guesser: LabelGuesser,
    counterexamples: Mapping[int, str],
    left_out: Counter[str],
    min_articles: int,
) -> Learned:
    """The rules by outlet, the most frequent blocks first, those that were kept before those that were not."""
    parts = [_head(corpus, left_out, min_articles)]
    written = 0
    by_outlet: defaultdict[int, list[Recurring]] = defaultdict(list)
    for block in proposed:
        by_outlet[block.outlet].append(block)
    for outlet in sorted(by_outlet):
        name = corpus.outlets[outlet]
        parts.append(f"# ---------------- {_one_line(name)}: {corpus.pages[outlet]:,} articles\n")
        ranked = sorted(by_outlet[outlet], key=lambda b: (not b.kept, -b.pages, b.example))
        for block in ranked:
            entry = write_rule(_draft(corpus, block, guesser, counterexamples.get(outlet, OTHER_TEXT)))
            written += entry is not None
            parts.append(entry or f"# No rule can say what recurs in {', '.join(block.samples)}.\n")
    return Learned("\n".join(parts), written, len(by_outlet))


def _head(corpus: _Corpus, left_out: Counter[str], min_articles: int) -> str:
    lines = [
        f"Blocks that an outlet repeats in {min_articles} articles or more, as rules to review; copies of an article count once.",
        "Take out what is news, mend the labels, then build again with --rules and this file's name.",
    ]
    if left_out:
        reasons = ", ".join(f"{left_out[news]:,} {what}" for news, what in LEFT_OUT.items() if left_out[news])
        lines.append(f"Left out as news: {reasons}.")
    if corpus.nameless:
        lines.append(f"{corpus.nameless:,} articles name neither outlet nor address and were not counted.")
    return "".join(f"# {line}\n" for line in lines)


def _draft(corpus: _Corpus, block: Recurring, guesser: LabelGuesser, counterexample: str) -> Draft:
    label, origin = guesser.guess(block)
    pages = corpus.pages[block.outlet]
    where = f"{block.pages:,} of {pages:,} articles"
    became = [f"kept in {len(block.kept):,}"] if block.kept else []
    became += [f"removed as {name} in {len(on):,}" for name, on in sorted(block.removed_as.items())]
    others = block.repeat.outlet_count - 1
    return Draft(
        outlet=corpus.outlets[block.outlet],
        text=block.example,
        label=label,
        why=f"The outlet repeats it in {where}.",
        counterexample=counterexample,
        notes=(
            f"in {where} ({block.pages / pages:.0%}): {', '.join(became)}"
            + (f"; {others:,} other outlets print it" if others else ""),
            f"for example {', '.join(block.samples)}; {label}: {ORIGIN[origin]}",
        ),
    )


def _one_line(name: str) -> str:
    """A name for a comment, whatever a page calls its outlet."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())
