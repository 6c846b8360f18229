"""Finds the quotes of a table in the gold text, which may differ in spaces and marks."""

import bisect
import re


def squash(s):
    """Letters and digits only, lower case, with the position of each."""
    pos = [i for i, c in enumerate(s) if c.isalnum()]
    return "".join(s[i].lower()[:1] for i in pos), pos


def place(quotes, product_text, gold_text):
    """The product's quotes as spans of the gold text, each found by its own words and those before it."""
    g, gp = squash(gold_text)
    p, pp = squash(product_text or "")
    out = []
    for q in quotes:
        t, _ = squash(q["text"] or "")
        hits = [m.start() for m in re.finditer(f"(?={re.escape(t)})", g)] if t else []
        if not hits:
            continue
        left = p[max(0, (i := bisect.bisect_left(pp, int(q["char_start"]))) - 60) : i][::-1]

        def agreement(hit, left=left):
            before = g[max(0, hit - 60) : hit][::-1]
            shared = zip(left, before, strict=False)
            return next((n for n, (a, b) in enumerate(shared) if a != b), min(len(left), len(before)))

        best = max(hits, key=lambda hit: (agreement(hit), -hit))
        named = {f: q.get(f) or None for f in ("speaker", "speaker_mention", "cue")}
        out.append({"char_start": gp[best], "char_end": gp[best + len(t) - 1] + 1, **named})
    return out
