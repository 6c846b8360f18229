"""Scores what is left of a text dump against the text set of a kit.

f1 (p, r)   4-gram shingles of the output against the gold body; Fundus gold's subheadings and deks are neutral
lf1         the same by lines of the dump: a line is kept when 80% of its 4-grams are in the output
leak        share of pages with a kept boilerplate line of 3 words or more (headline lines apart: title_left)
loss        share of pages that lost a gold paragraph of 8 words or more which the dump holds
clean       share of pages with no leak, no loss and no headline left in the text
title, authors, date   asked only where the dump really holds the gold value
"""

from __future__ import annotations

import datetime as dt
import difflib
import gzip
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

KINDS = ("reader", "rendered", "inscriptis", "markdown")
KEEP = 0.8  # share of a line's or paragraph's 4-grams that must be in the output to count as kept

# CJK, kana, hangul syllables stay words; Thai/Lao/Khmer/Burmese and Han/kana: one token per character
_TOK = re.compile(
    r"[\u2e80-\u2fdf\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
    r"|[^\W_\u2e80-\u2fdf\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+"
)
_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u200b-\u200f\u00ad\ufeff]")


def toks(s: str) -> list[str]:
    s = unicodedata.normalize("NFKC", s).casefold().replace("\u2019", "'")
    return _TOK.findall(_MARKS.sub("", s))


_MD_IMG = re.compile(
    r"!\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:<[^>]*>|[^()\s]*(?:\([^()]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)"
)
_MD_LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:<[^>]*>|[^()\s]*(?:\([^()]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)"
)


def strip_md(s: str) -> str:
    """Visible text of one line of Markdown (image alts dropped, link targets dropped, emphasis dropped)."""
    s = _MD_IMG.sub(" ", s)
    for _ in range(2):
        s = _MD_LINK.sub(r"\1", s)
    s = re.sub(r"^\s*(?:#{1,6}\s+|>\s?|[*+-]\s+|\d+\\?\.\s+)+", "", s)
    s = re.sub(r"(\*\*|__|\*|(?<!\w)_|_(?!\w)|`|~~)", "", s)
    return re.sub(r"\\([\\`*_{}\[\]()#+\-.!|>~])", r"\1", s)


def line_text(line: str, kind: str) -> str:
    return strip_md(line) if kind == "markdown" else line


def ngrams(t: list[str], n: int = 4) -> Counter:
    if not t:
        return Counter()
    n = min(n, len(t))
    return Counter(tuple(t[i : i + n]) for i in range(len(t) - n + 1))


def _share(t, have, n=4):
    g = ngrams(t, n)
    return sum(1 for x in g if x in have) / len(g) if g else 0.0


def name_of(page_id: str, kind: str) -> str:
    return f"{page_id}.{kind}.{'md' if kind == 'markdown' else 'txt'}"


def dump_bytes(kit: Path, page_id: str, kind: str) -> bytes:
    with gzip.open(kit / "text" / "dumps" / (name_of(page_id, kind) + ".gz")) as f:
        return f.read()


def dump_lines(kit: Path, page_id: str, kind: str) -> list[str]:
    """Non-empty lines, stripped; the labels count these."""
    return [
        s
        for s in (x.strip() for x in re.split(r"\r\n?|\n", dump_bytes(kit, page_id, kind).decode("utf-8")))
        if s
    ]


def load_pages(kit: Path, kind: str) -> dict[str, Page]:
    with gzip.open(kit / "text" / "gold.jsonl.gz", "rt", encoding="utf-8") as f:
        return {r["id"]: Page(kit, r, kind) for r in map(json.loads, f) if kind in r["kinds"]}


class Page:
    """Everything about one dump that does not depend on the output under test."""

    def __init__(self, kit: Path, row: dict, kind: str):
        self.row, self.asked = row, row["kinds"][kind]["asked"]
        self.T = [toks(line_text(x, kind)) for x in dump_lines(kit, row["id"], kind)]
        self.labels = row["kinds"][kind]["labels"]  # [label, share of body words] for each non-empty line
        body = [toks(p) for p in row["body_paragraphs"]]
        neutral = [toks(p) for p in row["neutral_paragraphs"]]
        self.body = body
        self.gold = sum((ngrams(p) for p in body), Counter())
        self.neutral = sum((ngrams(p) for p in neutral), Counter())
        self.gset = {n: set().union(*[set(ngrams(p, n)) for p in body + neutral]) for n in (1, 2, 3, 4)}
        dump = {}
        for n in (1, 2, 3, 4):
            s = set()
            for t in self.T:
                s |= set(ngrams(t, n))
            dump[n] = s
        flat = [w for t in self.T for w in t]
        dump[4] |= set(ngrams(flat))
        self.must = [p for p in body if len(p) >= 8 and _share(p, dump[4]) >= KEEP]


def score_text(pg: Page, text: str) -> dict:
    lines = [t for x in re.split(r"[\r\n]+", text) if (t := toks(x))]
    pred = sum((ngrams(t) for t in lines), Counter())
    tp = sum((pred & pg.gold).values())
    fp = sum((pred - pg.gold - pg.neutral).values())
    ng = sum(pg.gold.values())
    p = tp / (tp + fp) if tp + fp else 0.0
    r = tp / ng if ng else 0.0
    have = {n: set() for n in (1, 2, 3, 4)}
    for t in lines:
        for n in have:
            have[n] |= set(ngrams(t, n))
    have[4] |= set(ngrams([w for t in lines for w in t]))
    exact = {tuple(t) for t in lines}
    a = b = c = 0
    leaks, lost = [], []
    title_kept = False
    for i, ((lab, share), t) in enumerate(zip(pg.labels, pg.T)):
        n = len(t)
        if lab in ("empty", "neutral", "dup"):
            continue
        if n < 4:
            kept = tuple(t) in exact or (
                tuple(t) in have[n] and (lab == "body" or (n == 3 and tuple(t) not in pg.gset[3]))
            )
        else:
            kept = _share(t, have[4]) >= KEEP
        if lab == "body":
            a += kept
            c += not kept
            if not kept:
                lost.append(i)
            continue
        if _share(t, pg.gset[min(4, n)], min(4, n)) >= KEEP:
            continue  # cannot be told from body text
        if lab == "title":
            title_kept |= kept
        b += kept
        if kept and n >= 3 and lab == "boiler" and share < 0.3:
            leaks.append(i)
    lost_p = [i for i, q in enumerate(pg.must) if _share(q, have[4]) < KEEP]
    return {
        "p": p,
        "r": r,
        "f1": 2 * p * r / (p + r) if p + r else 0.0,
        "lp": a / (a + b) if a + b else 0.0,
        "lr": a / (a + c) if a + c else 0.0,
        "lf1": 2 * a / (2 * a + b + c) if a + b + c else 0.0,
        "leak": bool(leaks),
        "leaks": leaks,
        "loss": bool(lost_p),
        "lost_paras": len(lost_p),
        "lost_lines": lost,
        "title_left": title_kept,
        "empty": not lines,
    }


# ---------------------------------------------------------------- metadata
def gold_days(pub: str) -> set[dt.date]:
    x = dt.datetime.fromisoformat(pub)
    return {x.date()} | ({x.astimezone(dt.UTC).date()} if x.tzinfo else set())


def score_meta(pg: Page, title, authors, published) -> dict:
    row, out = pg.row, {}
    if "title" in pg.asked:
        out["title"] = (
            difflib.SequenceMatcher(None, toks(title or ""), toks(row["title"]), autojunk=False).ratio()
            >= 0.9
        )
    if "authors" in pg.asked:
        want = {" ".join(toks(a)) for a in row["authors"]} - {""}
        got = {" ".join(toks(a)) for a in authors or []} - {""}
        out["authors"] = got == want
        out["authors_f1"] = 2 * len(got & want) / (len(got) + len(want))
    if "date" in pg.asked:
        out["date"] = published is not None and dt.datetime.fromisoformat(str(published)).date() in gold_days(
            row["published"]
        )
    return out


def aggregate(res: dict[str, dict]) -> dict:
    n = len(res)
    if not n:
        return {"n": 0}
    out = {"n": n}
    for k in ("p", "r", "f1", "lp", "lr", "lf1", "leak", "loss", "title_left", "empty"):
        out[k] = round(sum(float(x[k]) for x in res.values()) / n, 4)
    out["leaks_per_page"] = round(sum(len(x["leaks"]) for x in res.values()) / n, 2)
    out["lost_paras_per_page"] = round(sum(x["lost_paras"] for x in res.values()) / n, 2)
    out["clean"] = round(
        sum((not x["leak"]) and (not x["loss"]) and not x["title_left"] for x in res.values()) / n, 4
    )
    for k in ("title", "authors", "authors_f1", "date"):
        v = [float(x["meta"][k]) for x in res.values() if k in x.get("meta", {})]
        if v:
            out[k] = round(sum(v) / len(v), 4)
            out[k + "_n"] = len(v)
    return out


COLS = [
    "n",
    "p",
    "r",
    "f1",
    "lf1",
    "leak",
    "leaks_per_page",
    "loss",
    "lost_paras_per_page",
    "title_left",
    "clean",
    "empty",
    "title",
    "authors",
    "authors_f1",
    "date",
]


def row(figures: dict) -> dict:
    """One system's figures by column."""
    return {
        k: f"{v:.3f}" if isinstance(v, float) else str(v) for k in COLS if (v := figures.get(k)) is not None
    }


def score_run(pages: dict[str, Page], pred: dict[str, dict]) -> dict[str, dict]:
    """A page without prediction counts as empty output."""
    out = {}
    for i, pg in pages.items():
        q = pred.get(i) or {}
        out[i] = score_text(pg, q.get("text") or "")
        out[i]["meta"] = score_meta(pg, q.get("title"), q.get("authors"), q.get("published"))
    return out
