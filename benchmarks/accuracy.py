"""Accuracy of copydesk on a kit of gold cases: builds them as a user would and scores the tables.

    python benchmarks/accuracy.py --kit DIR [--only html-fundus,text-reader] [--write docs/benchmarks.md]

`README.md` beside this file says what a kit holds. The cases go into a scratch folder as plain files,
`copydesk build` runs once a set, and only the published tables are read.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from scoring import html, places, quotes, text
from sections import as_table, write_section

import copydesk

Figures = Mapping[str, object]
HTML_SOURCES = ("fundus", "aeb", "traf")
PEERS_FILE = "peers_set.txt"  # ids of the articles that the peers ran on


@dataclass(frozen=True)
class Tables:
    """What one build published, and how long it took."""

    articles: list[dict[str, Any]]
    quotes: list[dict[str, Any]]
    seconds: float


def build(documents: Iterable[tuple[str, bytes]], work: Path) -> Tables:
    """The documents (name, bytes) through `copydesk build`; leaves with its message where it fails."""
    source, out = work / "in", work / "out"
    source.mkdir(parents=True)
    for name, content in documents:
        (source / name).write_bytes(content)
    began = time.perf_counter()
    command = [sys.executable, "-m", "flows.cli", "build", str(source), "--out", str(out), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"copydesk build ended with {done.returncode}: {done.stderr[-2000:]}")
    loaded = copydesk.load(out, tables=("articles", "quotes", "sources"))
    fates = loaded.sources.fillna({"error": ""}).groupby(["status", "error"]).size()
    print(
        "documents:",
        ", ".join(f"{status} {error or ''} {n}" for (status, error), n in fates.items()),
        flush=True,
    )
    tables = Tables(_records(loaded.articles), _records(loaded.quotes), seconds)
    older = loaded.sources.source_uri[loaded.sources.status == "superseded"].map(document_name)
    if older.empty:
        return tables
    # Two editions of an article, each with gold of its own: the older one is built by itself.
    alone = build([(name, (source / name).read_bytes()) for name in older], work / "older")
    return Tables(
        tables.articles + alone.articles, tables.quotes + alone.quotes, tables.seconds + alone.seconds
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values: None for what is missing, lists for arrays."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(k): list(v) if hasattr(v, "tolist") else v for k, v in row.items()} for row in rows]


def document_name(source_uri: str) -> str:
    return source_uri.split("#", 1)[0].rsplit("/", 1)[-1]


# ---------------------------------------------------------------- one function a set
def score_html(kit: Path, work: Path, source: str) -> dict[str, Figures]:
    cases = html.load_gold(kit, source)
    tables = build(((f"{case['id']}.html", html.page_bytes(kit, case)) for case in cases), work)
    outputs: dict[str, dict[str, Any]] = {}
    for row in tables.articles:
        body, dek = row["text"], row["dek"] or ""
        if source != "aeb" and dek and html.squash(dek) not in html.squash(body)[: 2 * len(dek) + 400]:
            body = f"{dek}\n\n{body}"  # the dek belongs to the gold body of these sets
        published = row["published_at"]
        outputs[document_name(row["source_uri"]).removesuffix(".html")] = {
            "title": row["headline"],
            "body": body,
            "authors": row["authors"],
            "published": published and pd.Timestamp(published).isoformat(),
        }
    modes = ("full", "either") if source == "fundus" else ("either",)
    return {
        f"body={mode}" if len(modes) > 1 else "copydesk": html.row(
            html.evaluate(cases, outputs, mode), source
        )
        for mode in modes
    }


def score_text(kit: Path, work: Path, kind: str) -> dict[str, Figures]:
    pages = text.load_pages(kit, kind)
    names = {text.name_of(page_id, kind): page_id for page_id in pages}
    tables = build(((name, text.dump_bytes(kit, i, kind)) for name, i in names.items()), work)
    found = {
        names[document_name(row["source_uri"])]: {
            "text": row["text"],
            "title": row["headline"],
            "authors": row["authors"],
            "published": row["published_at"],
        }
        for row in tables.articles
    }
    scores = text.score_run(pages, found)
    languages: dict[str, dict[str, Any]] = {}
    for page_id, score in scores.items():
        languages.setdefault(str(pages[page_id].row["language"]), {})[page_id] = score
    ranked = sorted(languages.items(), key=lambda item: (-len(item[1]), item[0]))
    groups = {"all languages": scores, **dict(ranked)}
    return {name: text.row(text.aggregate(group)) for name, group in groups.items()}


def score_quotes(kit: Path, work: Path, _: str) -> dict[str, Figures]:
    gold = quotes.load_gold(kit)
    documents = (
        (f"{n:05d}.txt", f"{case['title'].rstrip('.')}\n\n{case['text']}\n".encode())
        for n, case in enumerate(gold)
    )
    tables = build(documents, work)
    spoken: dict[str, list[dict[str, Any]]] = {}
    for row in tables.quotes:
        if row["kind"] != "term":  # nobody utters a term, so it predicts nothing
            spoken.setdefault(row["article_id"], []).append(row)
    found: dict[str, list[dict[str, Any]]] = {case["id"]: [] for case in gold}
    for row in tables.articles:
        case = gold[int(document_name(row["source_uri"]).removesuffix(".txt"))]
        found[case["id"]] += places.place(spoken.get(row["article_id"], []), row["text"], case["text"])
    rows = {"all articles": quotes.row(quotes.score(gold, found))}
    rows["four words and more"] = quotes.row(quotes.score(gold, found, 4))
    peers_file = kit / "quotes" / PEERS_FILE
    if peers_file.exists():
        ids = set(peers_file.read_text(encoding="utf-8").split())
        rows["the peers' articles"] = quotes.row(quotes.score([c for c in gold if c["id"] in ids], found))
    words = sum(case["n_words"] for case in gold)
    print(f"quotes: {words / tables.seconds:,.0f} words a second for the whole build, start-up included")
    return rows


Scorer = Callable[[Path, Path, str], dict[str, Figures]]
SETS: dict[str, tuple[Scorer, str]] = {
    **{f"html-{source}": (score_html, source) for source in HTML_SOURCES},
    **{f"text-{kind}": (score_text, kind) for kind in text.KINDS},
    "quotes": (score_quotes, ""),
}


def wanted_sets(only: str | None, kit: Path) -> list[str]:
    """The sets to run: those named, else those whose folder the kit holds."""
    named = re.split(r"\s*,\s*", only) if only else [s for s in SETS if (kit / s.split("-")[0]).is_dir()]
    unknown = [name for name in named if name not in SETS]
    if unknown or not named:
        sys.exit(f"expected sets among {', '.join(SETS)}, found {', '.join(unknown) or f'none in {kit}'}")
    return named


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kit", type=Path, required=True, metavar="DIR", help="folder with the gold cases")
    parser.add_argument("--only", metavar="SETS", help=f"some of {', '.join(SETS)}")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables into this Markdown file")
    options = parser.parse_args()
    for name in wanted_sets(options.only, options.kit):
        score, which = SETS[name]
        with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as scratch:
            section = as_table(score(options.kit, Path(scratch), which))
        print(f"\n{name}\n\n{section}", flush=True)
        if options.write:
            write_section(options.write, name, section)


if __name__ == "__main__":
    main()
