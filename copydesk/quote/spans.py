"""Quotation marks become quoted stretches, paragraph by paragraph. Who speaks is no business of this module.

Marks are paired before anything is filtered, and every paragraph starts afresh, so that a mark that is missing or
superfluous spoils its own paragraph at most. Nested quotations belong to the outer stretch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from copydesk.quote.marks import Marks
from copydesk.records import record

INCHES = re.compile(r"\d['’′]?\Z|\d['’′] ?\d{1,2}\Z")
FEET = re.compile(r"\d['’′] ?\d{1,2}\Z")
DECADE = re.compile(r"\d\d?0?s?\b")
CLIPPED = re.compile(r"(?:em|til|tis|twas|cause|bout|round|n|cuz|ello)\b", re.IGNORECASE)
DIALOGUE = re.compile(r"\s{0,3}[—–―]\s?(?=[\w¿¡«\"“'‘…])")
DIALOGUE_END = re.compile(r"\s[—–―](?=\w)|[,.!?…»]?\s[—–―]\s|\s[—–―](?=\s)")
DIALOGUE_AGAIN = re.compile(r"[—–―][.,;:]?\s(?=[\w¿¡«])")
SPEECH_TAG = re.compile(
    r"[,!?…] (?=[\w’'-]{2,20}(?:-t)?-(?:il|elle|ils|elles|on|je)\b|(?:a |s’|s')?\w{3,14} ?(?:[A-Z]\w|le |la |un |une ))"
)
SPACE_BEFORE = frozenset(" \t\n\u00a0\u2009\u202f([{—–-/:;…<>|*")
TAIL = frozenset(" \t\n\u00a0\u2009\u202f.,;:!?)]}—–-…<>|*/'’")


@record
class Span:
    """A quoted stretch in the joined text; `start` and `end` leave out the marks and the space inside them."""

    paragraph: int
    start: int
    end: int
    outer_start: int  # with the marks
    outer_end: int
    closed: bool
    mark: str  # the opening mark; "—" for a dialogue dash, "" for a stretch that goes on from the paragraph before


def find_spans(paragraphs: Sequence[str], marks: Marks) -> list[Span]:
    """All quoted stretches of the outermost level, in order, offsets in "\\n\\n".join(paragraphs)."""
    doubles = _collect(paragraphs, marks, single=False)
    if any("'" in p or "‘" in p or "‚" in p or "‹" in p for p in paragraphs):
        # British copy quotes in single marks: believed when nothing, or only what is nested, stands in double ones.
        singles = _collect(paragraphs, marks, single=True)
        within = _count_within(doubles, singles)
        if singles and within == len(doubles):
            return singles
    return doubles


def _count_within(inner: Sequence[Span], outer: Sequence[Span]) -> int:
    count, k = 0, 0
    for span in inner:
        while k < len(outer) and outer[k].outer_end < span.outer_end:
            k += 1
        count += k < len(outer) and outer[k].outer_start <= span.outer_start
    return count


def _collect(paragraphs: Sequence[str], marks: Marks, *, single: bool) -> list[Span]:
    spans: list[Span] = []
    offset, running = 0, False
    for i, text in enumerate(paragraphs):
        found: Found = []
        if single:
            found = _pair_singles(text, marks)
        elif marks.any_primary.search(text):
            following = paragraphs[i + 1] if i + 1 < len(paragraphs) else ""
            reopened = following.lstrip()[:1] in marks.openers
            found = _pair(text, marks, running=running, reopened=reopened)
        if not found and not single and marks.dash:
            found = _dialogue(text)
        running = False
        for a, b, closed, mark in found:
            inner_a, inner_b = a + len(mark), b - (1 if closed and mark != "—" else 0)
            while inner_a < inner_b and text[inner_a].isspace():
                inner_a += 1
            while inner_b > inner_a and text[inner_b - 1].isspace():
                inner_b -= 1
            running = not closed and mark != "—" and b == len(text)
            if any(c.isalnum() for c in text[inner_a:inner_b]):
                spans.append(
                    Span(i, offset + inner_a, offset + inner_b, offset + a, offset + b, closed, mark)
                )
        offset += len(text) + 2
    return spans


Found = list[tuple[int, int, bool, str]]  # start, end with marks; closed; opening mark


def _opens(text: str, at: int) -> bool:
    return (at == 0 or text[at - 1] in SPACE_BEFORE) and at + 1 < len(text) and not text[at + 1].isspace()


def _shuts(text: str, at: int) -> bool:
    return at > 0 and not text[at - 1].isspace() and (at + 1 == len(text) or text[at + 1] in TAIL)


def _is_inches(text: str, at: int, *, is_open: bool) -> bool:
    """'6'2" tall', '12" pipe': a straight mark right after a figure, where no quotation waits for its end."""
    before = text[max(0, at - 6) : at]
    return bool(FEET.search(before)) or (not is_open and text[at] == '"' and bool(INCHES.search(before)))


def _pair(text: str, marks: Marks, *, running: bool, reopened: bool) -> Found:
    """Pairs of the outermost level. `running`: the paragraph before was left open; `reopened`: the next one opens."""
    stack: list[tuple[int, str]] = []
    pairs: Found = []  # of every level, inner ones before the pair that holds them
    for match in marks.any_primary.finditer(text):
        at, char = match.start(), match.group()
        if char in '"”' and _is_inches(text, at, is_open=bool(stack)):
            continue
        may_open, may_close = char in marks.openers, char in marks.closers
        opens, shuts = _opens(text, at), _shuts(text, at)
        closes = bool(stack) and may_close and char in marks.closes[stack[-1][1]]
        if closes and may_open and opens and not shuts:
            closes = False  # a second opening mark: nested, or the first was never closed
        elif stack and not closes and char in "“„" and not opens and shuts and char not in marks.closers:
            closes = True  # an opening mark typed where the closing one belongs
        if closes:
            start, mark = stack.pop()
            pairs.append((start, at + 1, True, mark))
        elif may_open and (opens or not stack) and not (may_close and shuts and not opens):
            stack.append((at, char))
        elif may_close and not stack and running and not pairs:
            pairs.append((0, at + 1, True, ""))  # goes on from the paragraph before without a mark of its own
    its_own_again_inside = bool(stack) and any(mark == stack[0][1] for _, _, _, mark in pairs)
    if stack and reopened and not its_own_again_inside and text[: stack[0][0]].strip() == "":
        # AP style: opens every paragraph, closes the last.
        return [(stack[0][0], len(text), False, stack[0][1])]
    return _with_lost_marks(text, _outermost(pairs), stack, reopened=reopened)


def _outermost(pairs: Found) -> Found:
    top: Found = []
    for pair in pairs:
        while top and top[-1][0] > pair[0]:
            top.pop()
        top.append(pair)
    return top


def _with_lost_marks(text: str, top: Found, stack: list[tuple[int, str]], *, reopened: bool) -> Found:
    """A mark that nothing closes reaches to the next stretch, so that the pairs after it stay as they are."""
    if not stack:
        return top
    starts = sorted([(a, None) for a, *_ in top] + [(a, mark) for a, mark in stack], key=lambda s: s[0])
    lost: Found = []
    for k, (start, mark) in enumerate(starts):
        if mark is not None:
            last = k + 1 == len(starts)
            lost.append((start, len(text) if last else starts[k + 1][0], False, mark))
    return sorted(top + lost)


def _pair_singles(text: str, marks: Marks) -> Found:
    """Single marks as the primary ones; apostrophes, clipped words and decades ("the '90s") are none."""
    found: Found = []
    at, nxt, size = 0, 0, len(text)
    closers = [
        k for k in _places(text, marks.inner_closers) if k > 0 and not text[k - 1].isspace()
        and (k + 1 == size or not text[k + 1].isalnum())
    ]  # fmt: skip
    for k in _places(text, marks.inner_openers):
        opener = k == 0 or text[k - 1] in SPACE_BEFORE or text[k - 1] in '"“'
        if k < at or not opener or k + 1 >= size or text[k + 1].isspace() or (
            text[k] in "'’" and (DECADE.match(text, k + 1) or CLIPPED.match(text, k + 1))
        ):  # fmt: skip
            continue
        while nxt < len(closers) and closers[nxt] <= k:
            nxt += 1
        end = _single_end(text, closers, nxt)
        if end is not None:
            found.append((k, end + 1, True, text[k]))
            at = end + 1
    return found


def _places(text: str, chars: Iterable[str]) -> list[int]:
    """Where one of the characters stands, in order."""
    found: list[int] = []
    for char in chars:
        at = text.find(char)
        while at >= 0:
            found.append(at)
            at = text.find(char, at + 1)
    return sorted(found)


def _single_end(text: str, closers: Sequence[int], first: int) -> int | None:
    """The closing mark: one at punctuation before one that may be a plural's apostrophe ("the workers' pay")."""
    fallback = None
    for k in closers[first : first + 8]:
        before, after = text[k - 1], text[k + 1 : k + 2]
        if before in ".,?!…" or after in ("", ".", ",", "?", "!", ";", ":", ")") or (before not in "sS"):
            return k
        fallback = k if fallback is None else fallback
    return fallback


def _dialogue(text: str) -> Found:
    """— Speech set off by dashes — said somebody —. More speech."""
    match = DIALOGUE.match(text)
    if not match:
        return []
    start = match.end() - 1
    end = DIALOGUE_END.search(text, match.end())
    if end is None:
        tag = SPEECH_TAG.search(text, match.end())
        return [(start, tag.start() + 1 if tag else len(text), False, "—")]
    found: Found = [(start, end.start() + (1 if text[end.start()] in ",.!?…»" else 0), False, "—")]
    again = DIALOGUE_AGAIN.search(text, end.end())
    if again:
        found.append((again.end() - 1, len(text), False, "—"))
    return found
