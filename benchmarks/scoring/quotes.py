"""Scores quotes and their speakers against the quotes set of a kit.

Prediction per article: [{"char_start", "char_end", "speaker", "speaker_mention", "cue"}], offsets in the
gold article's `text`; nothing else is read, so kinds need not agree.

Units. Direct + mixed: one unit is one double-quoted stretch of the body that lies in an attribution's
content (a split quote has two units, a run-on quote one per paragraph). A prediction that contains whole
stretches and more (a mixed clause, a split quote with "he said" in the middle, two paragraphs) is broken
into the stretches it contains, so the choice of one row or several costs nothing. Indirect: one unit is one
attribution without quote marks whose cue has a speech verb; other indirect gold (beliefs, plans, refusals)
is ignored, neither hit nor miss. Left out on both sides: stretches only partly annotated or inside a source
or cue. Match: exact = same first and last word; overlap = Jaccard of words >= 0.8 (the one used below the
first table). Speaker. mention: shares a content word with the gold source (a pronoun: the same pronoun).
name: surname (of the whole, or of what precedes a comma or a preposition) equals a gold name's surname;
where the gold source is no person ("officials", "the poll"): mention rule on speaker or mention. Units
without a gold source count for detection only; pronouns without any derived name count for mention only.
End to end: span (overlap) and name right; a null speaker is wrong. 'named only': its precision over
predictions with a speaker. '... right': share of the gold stretches (pronoun as source, mixed, source that
is no person) found with the right name.
"""

import bisect
import collections
import gzip
import json
import re
from pathlib import Path


def load_gold(kit: Path):
    with gzip.open(kit / "quotes" / "gold.jsonl.gz", "rt", encoding="utf-8") as f:
        return [json.loads(line) for line in f]


WORD = re.compile(r"\w+(?:['’.\-]\w+)*")
SUFFIX = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "md"}
TITLES = {
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "sen",
    "rep",
    "gov",
    "president",
    "senator",
    "representative",
    "governor",
    "judge",
    "justice",
    "gen",
    "general",
    "lt",
    "col",
    "capt",
    "sgt",
    "secretary",
    "rev",
    "sir",
    "prof",
    "professor",
    "mayor",
    "former",
    "vice",
    "the",
    "congressman",
    "congresswoman",
    "king",
    "queen",
    "pope",
}


def words(text, a=0, b=None):
    """[(start, end)] of word tokens in text[a:b], in text's coordinates."""
    return [(m.start(), m.end()) for m in WORD.finditer(text, a, len(text) if b is None else b)]


def name_tokens(name):
    name = re.sub(r"(?:'s|’s|'|’)$", "", (name or "").strip(' ,.;:()"“”'))
    toks = [t.strip(',.;:()"“”') for t in re.split(r"\s+", name)]
    toks = [re.sub(r"(?:'s|’s)$", "", t) for t in toks if t]
    while toks and toks[0].lower() in TITLES:
        toks = toks[1:]
    while len(toks) > 1 and toks[-1].lower() in SUFFIX:
        toks = toks[:-1]
    return toks


def surname(name):
    toks = name_tokens(name)
    return toks[-1].lower() if toks else ""


def head(name):
    """The part of a long source phrase that can hold the name: up to a comma, a bracket or "of", "who" …"""
    return re.split(r"[,;(]|\s(?:who|of|for|at|from|in|on|whose|with)\s", name or "", maxsplit=1)[0].strip()


PRON = {"he", "she", "him", "her", "i", "we", "they", "it", "who", "you", "them", "us"}
STOP = PRON | frozenset(
    "the a an of and or in on at for to from by with that this these those his its their our my some "
    "many most other one two mr mrs ms sen rep gov dr s".split(" ")
)


def toks(s):
    return list(re.findall(r"[\w]+", (s or "").lower()))


def mention_right(pred, gold):
    p, g = toks(pred), toks(gold)
    if not p or not g:
        return False
    pc, gc = set(p) - STOP, set(g) - STOP
    if pc and gc:
        return bool(pc & gc)
    if not gc:
        return bool(set(p) & set(g) & PRON) or (not (set(g) & PRON) and bool(set(p) & set(g)))
    return False


def name_right(pred, gq):
    """True/False, or None where the gold has no name to compare with."""
    sp, me = pred.get("speaker"), pred.get("speaker_mention")
    want = {surname(n) for n in [*gq["names"], gq.get("alt_name") or ""]} - {""}
    if want:
        first = {n.split()[0].lower() for n in gq["names"] if n}
        s = surname(sp or me)
        return (
            s in want
            or surname(head(sp or me)) in want
            or (bool(s) and s in first and len(toks(sp or me)) == 1)
        )
    if gq["speaker_type"] == "pronoun":
        return None
    return mention_right(sp, gq["source_text"]) or mention_right(me, gq["source_text"])


class Art:
    def __init__(self, a):
        self.a = a
        self.w = words(a["text"])
        self.st = [x for x, _ in self.w]
        self.spans = [self.rng(s["start"], s["end"]) for s in a["spans"]]

    def rng(self, s, e):
        """Word range [i, j) of the characters [s, e)."""
        i = bisect.bisect_left(self.st, s)
        if i and self.w[i - 1][1] > s:
            i -= 1
        return i, max(i, bisect.bisect_left(self.st, e))

    def that(self, r):
        i, j = r
        if j - i > 1 and self.a["text"][slice(*self.w[i])].lower() == "that":
            i += 1
        return i, j


def inter(a, b):
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def jac(a, b):
    i = inter(a, b)
    u = (a[1] - a[0]) + (b[1] - b[0]) - i
    return i / u if u else 0.0


def units(art, preds):
    """-> quoted units, indirect units; each (word range, prediction)."""
    dm, ind = [], []
    for p in preds:
        r = art.rng(p["char_start"], p["char_end"])
        n = r[1] - r[0]
        if n == 0:
            continue
        hits = [(s, inter(r, s)) for s in art.spans if inter(r, s)]
        inside = sum(k for _, k in hits)
        if inside < 0.2 * n and not any(k >= 0.8 * (s[1] - s[0]) for s, k in hits):
            ind.append((r, p))
        elif len(hits) == 1 and hits[0][1] < hits[0][0][1] - hits[0][0][0]:
            dm.append((r, p))  # cut short: its own borders count
        else:
            for s, k in hits:
                if k >= 0.5 * (s[1] - s[0]):
                    dm.append(((max(r[0], s[0]), min(r[1], s[1])), p))
    best = {}
    for r, p in dm:  # one claim per stretch; prefer one that names a speaker
        if r not in best or (not best[r].get("speaker") and p.get("speaker")):
            best[r] = p
    return list(best.items()), ind


def match(gold, pred, sim):
    """Greedy one-to-one by similarity; gold, pred lists; -> {pred index: gold index}."""
    cand = sorted(
        ((s, i, j) for i, p in enumerate(pred) for j, g in enumerate(gold) for s in [sim(p, g)] if s >= 0.8),
        reverse=True,
    )
    used, got = set(), {}
    for s, i, j in cand:
        if i not in got and j not in used:
            got[i] = j
            used.add(j)
    return got


def prf(tp, np_, ng):
    p, r = tp / np_ if np_ else 0.0, tp / ng if ng else 0.0
    return round(100 * p, 1), round(100 * r, 1), round(200 * p * r / (p + r), 1) if p + r else 0.0


def score(gold, preds, min_words=1, log=None):
    """gold: articles; preds: {id: [quotes]} -> dict of figures."""
    C = collections.Counter()
    by = collections.defaultdict(collections.Counter)
    for a in gold:
        art = a["_art"] if "_art" in a else a.setdefault("_art", Art(a))
        for s in a["spans"]:  # what an earlier call left
            for x in ("_hit", "_right", "_mention"):
                s.pop(x, None)
        dm, ind = units(art, preds.get(a["id"], []))
        # direct + mixed
        G, skip = [], []
        for s, r in zip(a["spans"], art.spans):
            if s["status"] == "covered" and s["n"] >= min_words:
                G.append((r, a["quotes"][s["quote"]], s))
            elif s["status"] in ("partial", "in_role") or s["n"] < min_words:
                skip.append(r)
        got = match(G, dm, lambda p, g: jac(p[0], g[0]))
        for i, (r, p) in enumerate(dm):
            if i not in got and any(
                jac(r, s) >= 0.5 or (s[1] - s[0] and inter(r, s) >= 0.8 * (r[1] - r[0])) for s in skip
            ):
                continue
            C["pred"] += 1
            C["pred_named"] += bool(p.get("speaker") or p.get("speaker_mention"))
            if i not in got:
                continue
            gr, gq, gs = G[got[i]]
            C["tp"] += 1
            C["exact"] += r == gr
            by["kind " + gq["kind"]]["tp"] += 1
            if gq["cue_text"]:
                C["cue_n"] += 1
                C["cue_has"] += bool(p.get("cue"))
                C["cue_ok"] += bool(set(toks(p.get("cue"))) & set(toks(gq["cue_text"])))
            if gq["source_text"]:
                some = bool(p.get("speaker") or p.get("speaker_mention"))
                C["src_n"] += 1
                C["src_has"] += some
                m = mention_right(p.get("speaker_mention") or p.get("speaker"), gq["source_text"])
                C["men_ok"] += m
                nm = name_right(p, gq)
                if nm is not None:
                    C["name_n"] += 1
                    C["name_has"] += some
                    C["name_ok"] += nm
                    for k in (
                        "type " + gq["speaker_type"],
                        "from " + str(gq["names_from"]),
                        "kind " + gq["kind"],
                    ):
                        by[k]["n_matched"] += 1
                        by[k]["ok"] += nm
                        by[k]["has"] += some
                    gs["_right"] = bool(nm)
                gs["_mention"] = m
            gs["_hit"] = True
            if log is not None:
                log.append(
                    (
                        a["id"],
                        gs["start"],
                        gs["end"],
                        p.get("speaker"),
                        p.get("speaker_mention"),
                        name_right(p, gq),
                    )
                )
        for r, gq, gs in G:
            C["gold"] += 1
            by["kind " + gq["kind"]]["gold"] += 1
            named = gq["source_text"] and not (gq["speaker_type"] == "pronoun" and not gq["names"])
            if named:
                C["e2e_gold"] += 1
                by["type " + gq["speaker_type"]]["gold"] += 1
                by["from " + str(gq["names_from"])]["gold"] += 1
                by["kind " + gq["kind"]]["judged"] += 1
        # predictions on units that cannot be judged by name leave the end-to-end precision too
        for i, j in got.items():
            gq, p = G[j][1], dm[i][1]
            if not gq["source_text"] or (gq["speaker_type"] == "pronoun" and not gq["names"]):
                C["e2e_skip"] += 1
                C["e2e_skip_named"] += bool(p.get("speaker") or p.get("speaker_mention"))
        # indirect
        gi, other = [], []
        for q in a["quotes"]:
            if q["kind"] != "indirect":
                continue
            fr = [art.that(art.rng(*f)) for f in q["fragments"]]
            ranges = [max(fr, key=lambda f: f[1] - f[0]), art.that((fr[0][0], fr[-1][1]))]
            (gi if q["speech"] and q["source_text"] else other).append((ranges, q))
        ind = [(art.that(r), p) for r, p in ind]

        def simi(p, g):
            return max(jac(p[0], x) for x in g[0])

        goti = match(gi, ind, simi)
        rest = [i for i in range(len(ind)) if i not in goti]
        ign = set()
        for i in rest:
            if any(simi(ind[i], g) >= 0.5 for g in other):
                ign.add(i)
        for i, (r, p) in enumerate(ind):
            if i in ign:
                continue
            C["i_pred"] += 1
            if i in goti:
                q = gi[goti[i]][1]
                C["i_tp"] += 1
                C["i_exact"] += r in gi[goti[i]][0]
                nm = name_right(p, q)
                C["i_men"] += mention_right(p.get("speaker_mention") or p.get("speaker"), q["source_text"])
                if nm is None:
                    C["i_skip"] += 1
                else:
                    C["i_ok"] += nm
        for _, q in gi:
            C["i_gold"] += 1
            C["i_e2e_gold"] += not (q["speaker_type"] == "pronoun" and not q["names"])

    def pct(a, b):
        return round(100 * a / b, 1) if b else 0.0

    return {
        "gold": C["gold"],
        "predicted": C["pred"],
        "det_exact": prf(C["exact"], C["pred"], C["gold"]),
        "det_overlap": prf(C["tp"], C["pred"], C["gold"]),
        "recall_direct": pct(by["kind direct"]["tp"], by["kind direct"]["gold"]),
        "recall_mixed": pct(by["kind mixed"]["tp"], by["kind mixed"]["gold"]),
        "mention_acc": pct(C["men_ok"], C["src_n"]),
        "name_acc": pct(C["name_ok"], C["name_n"]),
        "coverage": pct(C["src_has"], C["src_n"]),
        "name_prec_at_coverage": pct(C["name_ok"], C["name_has"]),
        "cue_acc": pct(C["cue_ok"], C["cue_n"]),
        "e2e": prf(C["name_ok"], C["pred"] - C["e2e_skip"], C["e2e_gold"]),
        "e2e_named_only": prf(C["name_ok"], C["pred_named"] - C["e2e_skip_named"], C["e2e_gold"]),
        "pronoun_right": pct(by["type pronoun"]["ok"], by["type pronoun"]["gold"]),
        "mixed_right": pct(by["kind mixed"]["ok"], by["kind mixed"]["judged"]),
        "group_right": pct(by["type other"]["ok"], by["type other"]["gold"]),
        "e2e_recall_by": {
            k: [pct(v["ok"], v["gold"]), v["gold"]] for k, v in sorted(by.items()) if v["gold"]
        },
        "ind_gold": C["i_gold"],
        "ind_predicted": C["i_pred"],
        "ind_det": prf(C["i_tp"], C["i_pred"], C["i_gold"]),
        "ind_det_exact": prf(C["i_exact"], C["i_pred"], C["i_gold"]),
        "ind_name_acc": pct(C["i_ok"], C["i_tp"] - C["i_skip"]),
        "ind_mention_acc": pct(C["i_men"], C["i_tp"]),
        "ind_e2e": prf(C["i_ok"], C["i_pred"] - C["i_skip"], C["i_e2e_gold"]),
    }


def row(figures):
    """One system's figures by column, in per cent."""
    three = lambda t: "/".join(f"{x:.1f}" for x in t)
    return {
        "span exact P/R/F1": three(figures["det_exact"]),
        "span overlap P/R/F1": three(figures["det_overlap"]),
        "recall direct": figures["recall_direct"],
        "mixed": figures["recall_mixed"],
        "mention": figures["mention_acc"],
        "name": figures["name_acc"],
        "coverage": figures["coverage"],
        "name prec. at coverage": figures["name_prec_at_coverage"],
        "cue": figures["cue_acc"],
        "**end-to-end P/R/F1**": f"**{three(figures['e2e'])}**",
        "indirect span P/R/F1": three(figures["ind_det"]),
        "indirect name": figures["ind_name_acc"],
        "**indirect end-to-end P/R/F1**": f"**{three(figures['ind_e2e'])}**",
        "named only P/R/F1": three(figures["e2e_named_only"]),
        "pronoun speakers right": figures["pronoun_right"],
        "mixed fragments right": figures["mixed_right"],
        "organisation/group right": figures["group_right"],
    }
