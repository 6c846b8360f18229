"""Scores article bodies and metadata against the HTML sets of a kit.

Body, aeb and fundus: 4-token shingles compared as multisets, page by page; precision is averaged over the
pages with output, recall over the pages with gold, F1 is their harmonic mean (article-extraction-
benchmark's definition). On fundus 'full' gold begins with the summary (dek); 'either' takes, page by page,
the better of the golds with and without. 'pageF1' is the mean of per-page F1 (an empty output counts 0),
'acc' the share of pages with exactly equal tokens. Body, traf: 'with' and 'without' segments looked up in
the whitespace-normalised output, counts summed over pages.
"""

import datetime as dt
import gzip
import json
import random
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

SOURCES = ("fundus", "aeb", "traf")


def load_gold(kit: Path, source: str):
    with gzip.open(kit / "html" / "gold.jsonl.gz", "rt", encoding="utf-8") as f:
        return [c for c in map(json.loads, f) if c["source"] == source]


def page_bytes(kit: Path, case) -> bytes:
    with gzip.open(kit / "html" / case["source"] / f"{case['id']}.html.gz") as f:
        return f.read()


WORD = re.compile(r"\w+")
# fundus: scripts written without spaces are cut into single characters, else a clause would be one token;
# aeb keeps plain words so that its numbers equal the published ones
TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f]|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f]+"
)
NGRAM = 4


# --- body --------------------------------------------------------------------
@lru_cache(maxsize=60000)
def tokens(text, plain=False):
    return tuple((WORD if plain else TOKEN).findall(text or ""))


@lru_cache(maxsize=60000)
def shingles(text, plain=False):
    words = tokens(text, plain)
    if not words:
        return Counter()
    if len(words) < NGRAM:
        return Counter([words])
    return Counter(words[i : i + NGRAM] for i in range(len(words) - NGRAM + 1))


def gold_body(case, summary=True):
    if case["source"] == "aeb":
        return case["body"]
    return "\n\n".join(
        case["summary"] * summary + [t for s in case["sections"] for t in s["headline"] + s["paragraphs"]]
    )


def page_body(gold, predicted, plain=False):
    """(shared, predicted, gold) shingle counts and exact-token equality of one page."""
    want, got = shingles(gold, plain), shingles(predicted or "", plain)
    shared = sum((want & got).values())
    return (
        shared,
        sum(got.values()),
        sum(want.values()),
        tokens(gold, plain) == tokens(predicted or "", plain),
    )


INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def case_body(case, predicted, body="full", summary=True):
    if body == "either" and case["source"] != "aeb":
        return max((case_body(case, predicted, "full", x) for x in (True, False)), key=page_f1)
    gold, plain = gold_body(case, summary), case["source"] == "aeb"
    if not plain:  # soft hyphens and zero-width marks cut words on some outlets' pages
        gold, predicted = gold.translate(INVISIBLE), (predicted or "").translate(INVISIBLE)
    return page_body(gold, predicted, plain)


def page_f1(counts):
    shared, got, want, _ = counts
    return 2 * shared / (got + want) if got + want else 1.0


def body_scores(pages):
    """F1, precision, recall, accuracy, mean page F1 over a list of page_body results."""
    precision = [s / g for s, g, _, _ in pages if g]
    recall = [s / w for s, _, w, _ in pages if w]
    p = sum(precision) / len(precision) if precision else 0.0
    r = sum(recall) / len(recall) if recall else 0.0
    return {
        "f1": 2 * p * r / (p + r) if p + r else 0.0,
        "precision": p,
        "recall": r,
        "accuracy": sum(x[3] for x in pages) / len(pages) if pages else 0.0,
        "page_f1": sum(map(page_f1, pages)) / len(pages) if pages else 0.0,
    }


def squash(text):
    return re.sub(r"\s+", " ", text or "").strip()


def page_segments(case, predicted):
    """(kept with, kept without, lost with, dropped without) of one page."""
    text = squash(predicted)
    kept = sum(squash(s) in text for s in case["with"])
    noise = sum(squash(s) in text for s in case["without"])
    return kept, noise, len(case["with"]) - kept, len(case["without"]) - noise


def segment_scores(pages):
    tp, fp, fn, tn = (sum(col) for col in zip(*pages)) if pages else (0, 0, 0, 0)
    return {
        "f1": 2 * tp / (2 * tp + fp + fn) if tp else 0.0,
        "precision": tp / (tp + fp) if tp + fp else 0.0,
        "recall": tp / (tp + fn) if tp + fn else 0.0,
        "accuracy": (tp + tn) / max(1, tp + fp + fn + tn),
    }


def interval(pages, scorer, key="f1", rounds=1000, seed=7):
    """Bootstrap 95% interval over pages."""
    if not pages:
        return 0.0, 0.0
    rng = random.Random(seed)
    values = sorted(scorer(rng.choices(pages, k=len(pages)))[key] for _ in range(rounds))
    return values[int(0.025 * rounds)], values[int(0.975 * rounds) - 1]


# --- title -------------------------------------------------------------------
QUOTES = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201b": "'",
        "\u2039": "'",
        "\u203a": "'",
        "\u00b4": "'",
        "`": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u201f": '"',
        "\u00ab": '"',
        "\u00bb": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u00ad": None,
        "\u200b": None,
        "\ufeff": None,
        "\u2026": "...",
    }
)
OUTLET_TAIL = re.compile(r"\s+(?:\||-|::|\u00b7|\u2022|//)\s+[^|]{2,60}$")


def norm_title(text):
    text = unicodedata.normalize("NFKC", text or "").translate(QUOTES)
    return re.sub(r"\s+", " ", text).strip()


def strip_outlet(title):
    """Drop ' | Outlet' / ' - Outlet' tails of at most six words, twice at most."""
    for _ in range(2):
        match = OUTLET_TAIL.search(title)
        if not match or len(match.group(0).split()) > 7:
            break
        title = title[: match.start()].strip()
    return title


def title_match(gold, predicted):
    """(strict, lenient)"""
    want, got = norm_title(gold), norm_title(predicted)
    if not got:
        return False, False
    if want == got:
        return True, True
    want, got = want.casefold(), got.casefold()
    return False, want == got or want == strip_outlet(got) or strip_outlet(want) == got


# --- authors -----------------------------------------------------------------
AUTHOR_LEAD = re.compile(r"^(?:by|von|par|por|di|af|av|door|text|autor(?:in)?|words by)\s*:?\s+", re.I)
AUTHOR_SPLIT = re.compile(r"\s*(?:;|\||/|\s&\s|\sund\s|\sand\s|\set\s|\se\s|\sy\s|\soch\s|\sog\s|\n)\s*")


def author_set(value):
    """Casefolded names; joined strings are split the same way for gold and output."""
    if value is None:
        return set()
    if isinstance(value, str):
        value = [value]
    out = set()
    for item in value:
        item = unicodedata.normalize("NFKC", str(item)).translate(QUOTES)
        for part in AUTHOR_SPLIT.split(item):
            pieces = [p.strip() for p in part.split(",")]
            # 'Ann Lee, Bo Day' is two people; 'Ann Lee, London' and 'Ann Lee, PhD' stay one
            candidates = pieces if len(pieces) > 1 and all(len(p.split()) >= 2 for p in pieces) else [part]
            for name in candidates:
                name = AUTHOR_LEAD.sub("", re.sub(r"\s+", " ", name).strip(" .,:-")).casefold()
                if name:
                    out.add(name)
    return out


def author_f1(gold, predicted):
    want, got = author_set(gold), author_set(predicted)
    if not want or not got:
        return 0.0
    return 2 * len(want & got) / (len(want) + len(got))


# --- dates -------------------------------------------------------------------
LOCAL_ZONES = [dt.UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")]


@lru_cache(maxsize=60000)
def parse_stamp(value):
    """(datetime or date, has_time, aware) or None; never guesses from words."""
    if not value:
        return None
    text = str(value).strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            return dt.date.fromisoformat(text), False, False
        except ValueError:
            return None
    try:
        stamp = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return stamp, True, stamp.tzinfo is not None


def day_match(gold, gold_has_time, predicted):
    got = parse_stamp(predicted)
    if got is None:
        return False
    value, has_time, aware = got
    if has_time and (value.hour, value.minute, value.second) == (0, 0, 0):
        value, has_time, aware = value.date(), False, False  # midnight exactly: a day without a time
    want = parse_stamp(gold)
    if gold_has_time and want[2]:
        wanted_day = want[0].date()  # the day as the outlet's own clock shows it
        days = (
            {value} if not has_time else {value.astimezone(want[0].tzinfo).date() if aware else value.date()}
        )
        return wanted_day in days or (not has_time and value == want[0].astimezone(dt.UTC).date())
    wanted_day = want[0] if not isinstance(want[0], dt.datetime) else want[0].date()
    if not has_time:
        return value == wanted_day
    if not aware:
        return value.date() == wanted_day
    # gold has only a day: its zone is unknown, so three usual zones are accepted (for every system alike)
    return wanted_day in {value.astimezone(zone).date() for zone in LOCAL_ZONES} | {value.date()}


def minute_match(gold, predicted):
    got = parse_stamp(predicted)
    if got is None or not got[1]:
        return False
    want = parse_stamp(gold)[0]
    value = got[0]
    if want.tzinfo is None:
        want = want.replace(tzinfo=dt.UTC)
    # a naive stamp is accepted as UTC or as the outlet's own clock
    near = [value.replace(tzinfo=zone) for zone in (dt.UTC, want.tzinfo)] if value.tzinfo is None else [value]
    return any(abs((v - want).total_seconds()) < 60 for v in near)


# --- one system on one set of cases -------------------------------------------
EMPTY = {"title": None, "authors": [], "published": None, "body": ""}


def evaluate(cases, outputs, body="full", rounds=1000):
    """All scores of one system on the cases of one source; outputs maps case id -> extract() result."""
    result = {"cases": len(cases)}
    rows = [(case, outputs.get(case["id"]) or EMPTY) for case in cases]
    source = cases[0]["source"] if cases else ""
    if source in ("fundus", "aeb"):
        pages = [case_body(c, o.get("body"), body) for c, o in rows]
        result["body"] = body_scores(pages)
        result["body"]["ci"] = interval(pages, body_scores, rounds=rounds)
        result["pages"] = pages
    elif source == "traf":
        pages = [page_segments(c, o.get("body")) for c, o in rows]
        result["segments"] = segment_scores(pages)
        result["segments"]["ci"] = interval(pages, segment_scores, rounds=rounds)
        result["pages"] = pages
    titled = [(c, o) for c, o in rows if c.get("title")]
    if titled:
        hits = [title_match(c["title"], o.get("title")) for c, o in titled]
        result["title"] = {
            "n": len(hits),
            "strict": sum(a for a, _ in hits) / len(hits),
            "lenient": sum(b for _, b in hits) / len(hits),
        }
    named = [(c, o) for c, o in rows if c.get("authors")]
    nameless = [(c, o) for c, o in rows if c.get("authors") == []]
    if named:
        scores = [author_f1(c["authors"], o.get("authors")) for c, o in named]
        result["authors"] = {
            "n": len(scores),
            "f1": sum(scores) / len(scores),
            "exact": sum(s == 1 for s in scores) / len(scores),
            "empty": sum(not author_set(o.get("authors")) for _, o in named) / len(named),
            "spurious_n": len(nameless),
            "spurious": sum(bool(author_set(o.get("authors"))) for _, o in nameless) / len(nameless)
            if nameless
            else None,
        }
    dated = [(c, o) for c, o in rows if c.get("published")]
    if dated:
        days = [day_match(c["published"], c["published_has_time"], o.get("published")) for c, o in dated]
        timed = [(c, o) for c, o in dated if c["published_has_time"]]
        result["date"] = {
            "n": len(days),
            "day": sum(days) / len(days),
            "missing": sum(parse_stamp(o.get("published")) is None for _, o in dated) / len(dated),
            "n_time": len(timed),
            "minute": sum(minute_match(c["published"], o.get("published")) for c, o in timed) / len(timed)
            if timed
            else None,
        }
    return result


def row(result, source):
    """One system's figures by column, in per cent."""
    body = result.get("body") or result.get("segments")
    low, high = body["ci"]
    cells = {
        "F1": body["f1"],
        "95% interval": f"{100 * low:.1f}-{100 * high:.1f}",
        "P": body["precision"],
        "R": body["recall"],
        "acc": body["accuracy"],
        "pageF1": body.get("page_f1"),
    }
    if source != "aeb":
        title, authors, date = result.get("title", {}), result.get("authors", {}), result.get("date", {})
        cells |= {
            "title": title.get("strict"),
            "title~": title.get("lenient"),
            "auth F1": authors.get("f1"),
            "auth =": authors.get("exact"),
            "auth none": authors.get("empty"),
            "spurious": authors.get("spurious"),
            "day": date.get("day"),
            "no date": date.get("missing"),
            "minute": date.get("minute"),
        }
    return {"n": result["cases"]} | {
        name: value if isinstance(value, str) else f"{100 * value:.1f}"
        for name, value in cells.items()
        if value is not None
    }
