"""Who is meant, as printed: names with titles and roles, pronouns, groups, documents, unnamed sources.

A mention is read from a short run of tokens; which person of the article it is, `coref` decides.
"""

from __future__ import annotations

from typing import Literal

from copydesk.quote.lexicon import (
    ADV,
    AUX,
    CAP,
    COMP,
    CONJ,
    CUE,
    DEFINITE,
    DEMONYM,
    DET,
    DOC,
    FIRST,
    GROUP,
    LINK,
    NOTNAME,
    NUM,
    ORGNAME,
    OWNER,
    PERSONS,
    PLACE,
    POLITE,
    PREP,
    PRON,
    PUNCT,
    QUOTE,
    REL,
    ROLE,
    SUFFIX,
    TIME,
    TITLE,
    VERB,
    Lexicon,
)  # fmt: skip
from copydesk.quote.tokens import Tokens
from copydesk.records import record

MentionKind = Literal["person", "organisation", "group", "document", "pronoun", "role", "other"]
BODY = ORGNAME | GROUP
BEHIND_HEAD = PREP | REL | COMP
MARK = PUNCT | QUOTE
BEFORE_MENTION, BEHIND_MENTION = ADV | CONJ | PUNCT | OWNER, ADV | PUNCT | TIME | OWNER
LIKE_NOUNS = PRON | DET | CAP
BODY_LINKS = frozenset(("of", "for", "&"))  # that stand in the names of bodies only
MAX_NAME_WORDS = 9
MAX_ROLE_WORDS = 12


@record
class Mention:
    """One mention of somebody or something that may speak."""

    kind: MentionKind
    text: str  # as printed, without role or title in front of a name
    a: int  # first and past-the-last token of the whole phrase
    b: int
    name: str | None = None  # a person's or organisation's name without titles
    name_start: int = -1  # its first token
    role: str | None = None  # as printed with it
    gender: str | None = None  # from a title or a role word: male, female
    head: str = ""  # lower-case head noun of a phrase without a name ("spokesman")
    definite: bool = False  # "the spokesman": spoken of before
    plural: bool = False


@record
class NameRun:
    """A run of capitalised tokens that may be a name."""

    a: int
    b: int


def is_name_token(tokens: Tokens, k: int, sentence_start: int, common: frozenset[str] | set[str]) -> bool:
    """A capital makes a name, unless it only opens the sentence with a word that the article also prints small."""
    tag = tokens.tag[k]
    if not tag & CAP or (tag & TIME and not tag & FIRST):
        return False
    if tag & NOTNAME:
        return bool(tag & (FIRST | LINK)) and k > sentence_start and len(tokens.word[k]) > 2
    return not (k == sentence_start and tokens.low[k] in common and not tag & (FIRST | TITLE))


def name_runs(
    tokens: Tokens, a: int, b: int, common: frozenset[str] | set[str], lexicon: Lexicon
) -> list[NameRun]:
    """Runs of name tokens in [a, b), with the small words that stand inside names ("Institute for the Study of War")."""
    runs: list[NameRun] = []
    tag, low = tokens.tag, tokens.low
    k = a
    for start in tokens.within(tokens.capitals, a, b):
        if start < k or not ((tag[start] == CAP and start > a) or is_name_token(tokens, start, a, common)):
            continue
        k, has_org = start + 1, bool(tag[start] & BODY)
        while k < b and k - start < MAX_NAME_WORDS:
            t = tag[k]
            if t == CAP or (t & CAP and is_name_token(tokens, k, a, common)) or t & SUFFIX:
                has_org = has_org or bool(t & BODY)
            elif (t & LINK and k + 1 < b and tag[k + 1] & CAP) or (
                low[k] == "," and k + 1 < b and tag[k + 1] & SUFFIX
            ):
                pass
            elif has_org and low[k] in lexicon.organisation_links and _name_follows(tokens, k, b, lexicon):
                if low[k] == "and" and not tag[start] & (DET | BODY):
                    break
            else:
                break
            k += 1
        while k > start + 1 and (low[k - 1] in lexicon.organisation_links or low[k - 1] == ","):
            k -= 1
        runs.append(NameRun(start, k))
    return runs


def _name_follows(tokens: Tokens, k: int, b: int, lexicon: Lexicon) -> bool:
    j = k + 1
    while j < b and j < k + 3 and tokens.low[j] in lexicon.organisation_links:
        j += 1
    return j < b and bool(tokens.tag[j] & CAP) and not tokens.tag[j] & NOTNAME


def split_titles(tokens: Tokens, a: int, b: int) -> int:
    """First token of the name proper in a run: behind "Sen.", "White House Press Secretary", "Texas Republican"."""
    cut = a
    for k in range(a, b - 1):
        tag = tokens.tag[k]
        if (tag & (TITLE | ROLE) and not (tag & FIRST and not tag & TITLE)) or (
            tag & DEMONYM
            and cut == k
            and tokens.tag[k + 1] & FIRST
            and not tokens.tag[b - 1] & (ORGNAME | GROUP)
        ):
            cut = k + 1
    if cut > a and tokens.tag[cut] & SUFFIX:
        return a
    return cut


def is_organisation(tokens: Tokens, a: int, b: int) -> bool:
    """A run that names a body or an outlet rather than a person."""
    tags = tokens.tag[a:b]
    if tags[0] & FIRST and b - a > 1 and (not tags[-1] & BODY or any(t & LINK for t in tags[1:-1])):
        return False
    for t in tags:
        if t & BODY:
            return True
    if not BODY_LINKS.isdisjoint(tokens.low[a:b]):
        return True
    word = tokens.word[a]
    return (
        b - a == 1 and len(word) > 1 and word.replace(".", "").isupper() and len(word.replace(".", "")) <= 6
    )


def title_gender(tokens: Tokens, a: int, b: int, lexicon: Lexicon) -> str | None:
    """What titles and role words in [a, b) say of a person's gender."""
    for k in range(a, b):
        if tokens.low[k] in lexicon.male_words:
            return "male"
        if tokens.low[k] in lexicon.female_words:
            return "female"
    return None


def head_end(tokens: Tokens, a: int, b: int, lexicon: Lexicon) -> int:
    """Where the noun phrase's own words end and prepositions, relative clauses or appositions begin."""
    for k in range(a, b):
        tag = tokens.tag[k]
        if k > a and tag & BEHIND_HEAD and not tag & CAP:
            inside = (
                tokens.low[k] in lexicon.organisation_links
                and tokens.tag[k - 1] & CAP
                and any(t & BODY and t & CAP for t in tokens.tag[a:k])
                and _name_follows(tokens, k, b, lexicon)
            )
            if not inside:
                return k
        elif (
            tag & MARK
            and tokens.word[k] not in ("&", "'", "’", "-")
            and not (tokens.low[k] == "," and k + 1 < b and tokens.tag[k + 1] & SUFFIX)
        ):
            return k
    return b


def read_mention(tokens: Tokens, a: int, b: int, joined: str, lexicon: Lexicon) -> Mention | None:
    """The mention in tokens [a, b); None where nothing there can speak."""
    tag, low = tokens.tag, tokens.low
    while a < b and ((tag[a] & BEFORE_MENTION and not tag[a] & LIKE_NOUNS) or low[a] in ("that", "if")):
        a += 1
    while (
        a < b
        and tag[b - 1] & BEHIND_MENTION
        and not tag[b - 1] & (PRON | FIRST)
        and tokens.word[b - 1] not in (")", ".")
    ):
        b -= 1
    if a >= b:
        return None
    h = head_end(tokens, a, b, lexicon)
    if h == a:
        return None
    if h - a == 1 and tag[a] & PRON:
        kind: MentionKind = "pronoun"
        gender = lexicon.pronoun_gender.get(low[a])
        printed = tokens.word[a].lstrip("-").removeprefix("t-")  # "a-t-il"
        return Mention(kind, printed, a, b, head=low[a], gender=gender, plural=gender == "plural")
    if tag[a] & PRON and not tag[a] & (DET | CAP) and lexicon.pronoun_gender.get(low[a]) not in ("other",):
        return None
    if tag[a] & PREP and not tag[a] & (PRON | DET) and not (tag[a] & CAP and not lexicon.nouns_capitalised):
        return None  # "From said": where capitals make names, even a preposition may be one
    if lexicon.nouns_capitalised and h == a + 1 < b and tag[a] & DET and tag[b - 1] & CAP:
        # „der für die Aufsicht zuständige Vizechef Jan Kolm“: what stands between article and noun is no head
        return read_mention(tokens, max(k for k in range(a, b) if not tag[k] & CAP) + 1, b, joined, lexicon)
    h, run = _closing_name(tokens, a, h, b, lexicon)
    if run < h and not (lexicon.nouns_capitalised and h - run == 1 and _is_common(tag[run])):
        return _named(tokens, a, run, h, b, joined, lexicon)
    return _unnamed(tokens, a, h, b, joined, lexicon)


def _closing_name(tokens: Tokens, a: int, h: int, b: int, lexicon: Lexicon) -> tuple[int, int]:
    """Where the head's words end and where the name that closes them starts; the same place where none does."""
    tag = tokens.tag
    if h < b and tag[h] & PREP and tag[h - 1] & (ROLE | TITLE):
        # "secretary of state Dana Odell", "director of the agency Dana Odell"
        for k in range(h + 2, b - 1):
            if (
                tag[k] & CAP
                and tag[k] & FIRST
                and tag[k + 1] & CAP
                and not tag[k - 1] & (PREP | DET | OWNER | CONJ)
            ):
                if all(t & (CAP | LINK | SUFFIX) for t in tag[k:b]):
                    return b, k
                break
    if not tag[h - 1] & (CAP | SUFFIX):
        return h, h
    runs = name_runs(tokens, a, h, EMPTY, lexicon)
    if not runs or runs[-1].b != h:
        return h, h
    return h, runs[-1].a


EMPTY: frozenset[str] = frozenset()


def _is_common(tag: int) -> bool:
    return bool(tag & (ROLE | PERSONS | GROUP | DOC)) and not tag & FIRST


def _named(tokens: Tokens, a: int, run: int, h: int, b: int, joined: str, lexicon: Lexicon) -> Mention:
    """A phrase that ends in a name: titles and a role before it, an affiliation in brackets behind."""
    tag = tokens.tag
    start = split_titles(tokens, run, h)
    if start > run and tag[start] & DET and not tag[start] & CAP:
        return _unnamed(tokens, a, start, b, joined, lexicon)  # "Sprecher der Polizei": an office, no name
    lead = a
    while lead < start and tag[lead] & (DET | ADV | CONJ) and not tag[lead] & ROLE:
        lead += 1
    before = tokens.tag[lead:start]
    titled = any(t & (TITLE | ROLE) for t in before)
    name = tokens.text(start, h, joined)
    gender = title_gender(tokens, lead, start, lexicon)
    role = None
    if titled and not (start - lead == 1 and tag[lead] & POLITE):
        owner = max((k + 1 for k in range(lead, start) if tag[k] & OWNER), default=lead)
        role = (
            tokens.text(owner if any(t & (TITLE | ROLE) for t in tag[owner:start]) else lead, start, joined)
            or None
        )
    shown = a if start - lead == 1 and tag[lead] & POLITE else start
    shown = lead if shown == a else shown
    if not titled and h - start == 1 and tag[start] & TITLE and not tag[start] & FIRST:
        return Mention("role", tokens.text(a, b, joined), a, b, role=tokens.text(lead, h, joined), head=tokens.low[start],
                       gender=title_gender(tokens, start, h, lexicon), definite=bool(tag[a] & DEFINITE))  # fmt: skip
    if any(tag[k] & CONJ for k in range(a, h)) and not is_organisation(tokens, start, h):
        return Mention("group", tokens.text(a, b, joined), a, b, plural=True, head=tokens.low[h - 1])
    if (
        not titled
        and all(t & (DEMONYM | PERSONS) for t in tag[start:h])
        and any(t & PERSONS for t in tag[start:h])
    ):
        return Mention("group", tokens.text(a, b, joined), a, b, head=tokens.low[h - 1], plural=True)
    organisation = not titled and (
        is_organisation(tokens, start, h) or all(t & (PLACE | NUM) for t in tag[start:h])
    )
    if not titled and not organisation and a < start and tag[a] & DET and not tag[start] & FIRST:
        if lexicon.nouns_capitalised and h - start == 1:
            return Mention("other", tokens.text(a, b, joined), a, b, head=tokens.low[start])
        organisation = True
    text = tokens.text(shown, h, joined)
    if organisation:
        if start - a >= 2 and tag[start - 1] & OWNER and tag[start - 2] & PLACE:
            start -= 2  # "Velmora's Ministry of Defence"
            while start > a and tag[start - 1] & CAP and tag[start - 1] & PLACE:
                start -= 1
        return Mention(
            "organisation",
            tokens.text(a, h, joined),
            a,
            b,
            name=tokens.text(start, h, joined),
            name_start=start,
        )
    return Mention("person", text, a, b, name=name, name_start=start, role=role, gender=gender)


def _unnamed(tokens: Tokens, a: int, h: int, b: int, joined: str, lexicon: Lexicon) -> Mention:
    """A phrase without a name: "a senior official", "the campaign", "critics", "the report"."""
    tag, low = tokens.tag, tokens.low
    head = h - 1
    nouns = ROLE | PERSONS | GROUP | DOC
    while (
        head > a
        and not tag[head] & nouns
        and (tag[head] & (ADV | NUM | TIME | OWNER) or low[head].endswith("ed"))
    ):
        head -= 1
    t = tag[head]
    kind: MentionKind = "other"
    text = tokens.text(a, b, joined)
    definite = bool(tag[a] & DEFINITE)
    if t & PERSONS and not (t & ROLE and low[a] in ("a", "an")):
        kind = "group"
    elif t & (ROLE | TITLE) and (lexicon.nouns_capitalised or not t & CAP):
        kind = "role"
    elif t & GROUP:
        kind = "organisation"
    elif t & DOC:
        kind = "document"
    elif t & PRON or any(n & NUM for n in tag[a:h]):
        kind = "group"
    lead = a + 1 if tag[a] & (DET) and h - a > 1 else a
    role = tokens.text(lead, b, joined) if kind == "role" else None
    return Mention(kind, text, a, b, role=role, head=low[head], definite=definite, plural=kind == "group",
                   gender=title_gender(tokens, head, head + 1, lexicon) if kind == "role" else None)  # fmt: skip


def apposition_role(tokens: Tokens, a: int, b: int, joined: str) -> str | None:
    """The role in an apposition [a, b) behind a name: ", the national security spokesperson for the White House,"."""
    limit = min(b, a + 8)
    for k in range(a, limit):
        t = tokens.tag[k]
        if t & (QUOTE | AUX | REL) or (t & PUNCT and tokens.word[k] != "-") or (t & VERB and not t & ROLE):
            return None
        if t & (ROLE | TITLE) and not (k + 1 < b and tokens.tag[k + 1] & OWNER):
            end = k + 1
            while (
                end < b
                and end - a < MAX_ROLE_WORDS + 6
                and not (tokens.tag[end] & (QUOTE | REL) or tokens.word[end] in (",", ".", ";", "—", "–"))
            ):
                if tokens.tag[end] & (AUX | CUE) and not tokens.tag[end] & (CAP | PREP | ROLE | GROUP | DOC):
                    break
                end += 1
            return tokens.text(a, end, joined)
    return None
