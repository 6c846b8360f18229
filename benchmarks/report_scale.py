"""What the report costs on a large corpus: CPU, memory and size of the page, on made-up tables.

    python benchmarks/report_scale.py [--documents 100000] [--folder DIR] [--write docs/benchmarks.md]

The tables have the shape of real ones (outlets by Zipf's law, 20 paragraphs and 30 removed blocks a document, furniture
that recurs, quotes, clusters, stories, 25 earlier runs) and words of no language.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sections import as_table, write_section

from copydesk.check.contracts import SNAPSHOT_TABLES, Table, load_contract
from copydesk.publish.layout import CURRENT, MARKER, SNAPSHOTS

BATCH = 5_000
OUTLETS, PEOPLE, SENTENCES = 200, 5_000, 200_000
NOW, EARLIER = "20260302T021500000000Z-000002", "20260301T021500000000Z-000001"
DAY = 86_400_000_000
FIRST_DAY = 1_767_225_600_000_000  # 2026-01-01 in microseconds
LABELS = "navigation related_links headline byline timestamp caption share_bar newsletter comments legal unknown".split()
Columns = dict[str, Any]


class Words:
    """Sentences, outlets and names to draw from."""

    def __init__(self, luck: np.random.Generator) -> None:
        letters = np.array(list("aabcdeeefghiijklmnooprsttuvw"))
        words = np.array(["".join(luck.choice(letters, n)) for n in luck.integers(2, 10, 20_000)])
        # Most paragraphs of a corpus occur once, so their number is near that of the paragraphs of a batch.
        self.sentences = [
            " ".join(luck.choice(words, n)).capitalize() + "." for n in luck.integers(8, 45, SENTENCES)
        ]
        self.people = [" ".join(pair).title() for pair in luck.choice(words, (PEOPLE, 2))]
        self.outlets = [f"The {word.title()} Gazette" for word in luck.choice(words, OUTLETS)]


def key(*parts: object) -> str:
    return hashlib.blake2b(" ".join(map(str, parts)).encode(), digest_size=10).hexdigest()


def batches(documents: int, words: Words, luck: np.random.Generator) -> Iterator[dict[Table, Columns]]:
    """The rows of some thousand documents at a time."""
    size = 1 / np.arange(1, OUTLETS + 1)
    for first in range(0, documents, BATCH):
        count = min(BATCH, documents - first)
        fate = luck.choice(5, count, p=[0.86, 0.05, 0.04, 0.02, 0.03])
        outlet = luck.choice(OUTLETS, count, p=size / size.sum())
        uris = [f"crawl/part-{(first + n) // 500:04}.warc.gz#{n % 500}" for n in range(count)]
        ids = [key("article", first + n) for n in range(count)]
        own = np.flatnonzero(fate == 0)
        yield _tables(first, count, fate, outlet, uris, ids, own, words, luck)


def _tables(
    first: int,
    count: int,
    fate: Any,
    outlet: Any,
    uris: list[str],
    ids: list[str],
    own: Any,
    words: Words,
    luck: Any,
) -> dict[Table, Columns]:
    statuses = np.array(["article", "duplicate", "superseded", "skipped", "quarantined"])[fate]
    errors = luck.choice(["empty", "binary", "too-large"], count)
    bad = fate == 4
    sources = {
        "source_uri": uris,
        "content_sha256": [hashlib.sha256(str(first + n).encode()).hexdigest() for n in range(count)],
        "format": ["html"] * count,
        "status": statuses,
        "article_id": [
            ids[n] if fate[n] == 0 else ids[own[0]] if fate[n] < 3 else None for n in range(count)
        ],
        "stage": ["read" if wrong else None for wrong in bad],
        "error": [error if wrong else None for error, wrong in zip(errors, bad, strict=True)],
        "message": ["expected text, found none" if wrong else None for wrong in bad],
    }
    lengths, spoken = luck.integers(5, 36, len(own)), luck.poisson(6, len(own))
    texts = [[words.sentences[n] for n in luck.integers(0, SENTENCES, length)] for length in lengths]
    copy, dated = luck.random(len(own)) < 0.08, luck.random(len(own)) > 0.05
    named = [ids[n] for n in own]
    articles = {
        "article_id": named,
        "source_uri": [uris[n] for n in own],
        "content_sha256": [sources["content_sha256"][n] for n in own],
        "outlet": [words.outlets[outlet[n]] if luck.random() > 0.03 else None for n in own],
        "headline": [text[0][:70] for text in texts],
        "authors": [[words.people[(first + n) % PEOPLE]] if n % 4 else [] for n in own],
        "published_at": [FIRST_DAY + int(luck.integers(0, 320)) * DAY if known else None for known in dated],
        "language": luck.choice(["en", "de", "fr", "es"], len(own), p=[0.7, 0.15, 0.1, 0.05]),
        "text": ["\n\n".join(text) for text in texts],
        "word_count": [sum(sentence.count(" ") + 1 for sentence in text) for text in texts],
        "paragraph_count": lengths,
        "quote_count": spoken,
        "removed_share": luck.beta(2, 5, len(own)),
        "duplicate_group": [named[at - at % 3] if copy[at] else None for at in range(len(own))],
        "duplicate_kind": [
            ("exact", "near", "syndicated")[at % 3] if copy[at] else None for at in range(len(own))
        ],
        "story_id": [key("story", n % 997) for n in own],
    }
    at = np.repeat(np.arange(len(own)), lengths)
    position = np.concatenate([np.arange(length) for length in lengths])
    said = np.repeat(np.arange(len(own)), spoken)
    quotes = [key("quote", first, n) for n in range(len(said))]
    shared = [n for n in range(len(said)) if n % 6 == 0]
    blocks = np.where(bad, 0, luck.integers(10, 50, count))
    where = np.repeat(np.arange(count), blocks)
    label = luck.integers(0, len(LABELS), len(where))
    furniture = luck.random(len(where)) < 0.5
    return {
        "sources": sources,
        "articles": articles,
        "paragraphs": {
            "paragraph_id": [key("paragraph", first, n) for n in range(len(at))],
            "article_id": [named[n] for n in at],
            "position": position,
            "block": position + 5,
            "role": ["body"] * len(at),
            "text": [sentence for text in texts for sentence in text],
            "word_count": [sentence.count(" ") + 1 for text in texts for sentence in text],
        },
        "quotes": {
            "quote_id": quotes,
            "article_id": [named[n] for n in said],
            "position": np.arange(len(said)),
            "text": [texts[n][0] for n in said],
            "kind": luck.choice(["direct", "mixed", "indirect", "term"], len(said), p=[0.5, 0.2, 0.2, 0.1]),
            "speaker": [
                words.people[min(int(rank), PEOPLE - 1)] if luck.random() > 0.25 else None
                for rank in luck.zipf(1.3, len(said))
            ],
            "attribution": ["speaker-cue-clause"] * len(said),
            "confidence": luck.random(len(said)),
        },
        "quote_clusters": {
            "cluster_id": [key("cluster", n * 7919 % (count // 4 + 1)) for n in shared],
            "quote_id": [quotes[n] for n in shared],
            "relation": luck.choice(["identical", "edited", "contained"], len(shared)),
            "edits": [None if n % 4 else f"one [-two-]{{+{n}+}} three" for n in shared],
            "wording": ["One two three."] * len(shared),
            "article_count": [2 + n * 7919 % (count // 4 + 1) % 40 for n in shared],
            "outlet_count": [1 + n * 7919 % (count // 4 + 1) % 20 for n in shared],
        },
        "removals": {
            "article_id": [ids[n] if fate[n] == 0 else None for n in where],
            "source_uri": [uris[n] for n in where],
            "block": np.concatenate([np.arange(number) for number in blocks]),
            "text": [
                f"{LABELS[kind]} of {words.outlets[outlet[n]]}" if common else words.sentences[(31 * row) % SENTENCES][:90]
                for row, (n, kind, common) in enumerate(zip(where, label, furniture, strict=True))
            ],
            "label": [LABELS[kind] for kind in label],
            "rule": [f"{LABELS[kind]}/rule-{row % 7}" for row, kind in enumerate(label)],
        },
        "stories": {
            "story_id": [key("story", first + n) for n in range(count // 8)],
            "headline": [text[0][:70] for text in texts[: count // 8]],
            "article_count": [6] * (count // 8),
            "outlet_count": [3 + n % 5 for n in range(count // 8)],
        },
    }  # fmt: skip


def _rows(table: Table, columns: Columns) -> pa.Table:
    """The columns under their contract's types; lists and maps that are not said are empty, other cells null."""
    count = len(next(iter(columns.values())))
    schema = pa.schema([pa.field(field.name, field.type) for field in load_contract(table).arrow_schema])
    nested = (pa.types.is_list, pa.types.is_map)
    return pa.Table.from_arrays(
        [
            pa.array(columns[field.name], field.type)
            if field.name in columns
            else pa.array([[]] * count, field.type)
            if any(kind(field.type) for kind in nested)
            else pa.nulls(count, field.type)
            for field in schema
        ],
        schema=schema,
    )


def make_out(out: Path, documents: int) -> None:
    """An OUT with a snapshot of so many documents, a smaller one before it, and a history of runs."""
    luck = np.random.default_rng(7)
    words = Words(luck)
    for snapshot, count in ((EARLIER, documents // 20), (NOW, documents)):
        folder = out / SNAPSHOTS / snapshot
        folder.mkdir(parents=True)
        writers: dict[Table, pq.ParquetWriter] = {}
        for tables in batches(count, words, luck):
            for table in SNAPSHOT_TABLES:
                rows = _rows(table, tables[table])
                if table not in writers:
                    writers[table] = pq.ParquetWriter(
                        folder / f"{table}.parquet", rows.schema, compression="zstd"
                    )
                writers[table].write_table(rows)
        for writer in writers.values():
            writer.close()
    runs = [_run(number, documents * number // 25) for number in range(1, 26)]
    runs[-2]["snapshot_id"], runs[-1]["snapshot_id"] = EARLIER, NOW
    names = {name for run in runs for name in run}
    pq.write_table(_rows("runs", {name: [run[name] for run in runs] for name in names}), out / "runs.parquet")
    pq.write_table(_rows("audit", {"run_id": [], "sample": []}), out / "audit.parquet")
    (out / MARKER).write_text('{"layout": 1}\n', encoding="utf-8")
    (out / CURRENT).symlink_to(f"{SNAPSHOTS}/{NOW}")


def _run(number: int, documents: int) -> Columns:
    began = FIRST_DAY + number * DAY
    return {
        "run_id": f"r{number:02}",
        "started_at": began,
        "finished_at": began + 600_000_000,
        "status": "published",
        "snapshot_id": f"gone-{number}",
        "workers": 2,
        "documents": documents,
        "articles": int(0.86 * documents),
        "paragraphs": 17 * documents,
        "quotes": 5 * documents,
        "removals": 29 * documents,
        "sources_by_status": [("article", int(0.86 * documents)), ("quarantined", int(0.03 * documents))],
        "removals_by_label": [(label, documents) for label in LABELS],
        "seconds": [("edit", 0.01 * documents), ("audit", 30.0)],
        "copydesk_version": "0",
        "rules_version": "0",
        "contracts_version": "0",
    }


def measure(out: Path) -> dict[str, object]:
    """One `copydesk report`, start to end."""
    page = out / "report.html"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "flows.cli", "report", str(out)], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "CPU s": f"{cpu:.0f}",
        "peak memory MB": f"{after.ru_maxrss / 1024:.0f}",
        "page kB": f"{page.stat().st_size / 1000:.0f}",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the made-up tables go, and stay")
    parser.add_argument("--write", type=Path, help="a document with a place for figures named report")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-report-") as scratch:
        out = options.folder or Path(scratch) / "out"
        if not (out / CURRENT).is_symlink():
            make_out(out, options.documents)
        table = as_table({f"{options.documents:,} documents": measure(out)})
    print(table)
    if options.write:
        write_section(options.write, "report", table)


if __name__ == "__main__":
    main()
