"""Mentions become people: the cast of one article, and who "Odell", "he", "the spokesman" is at a given place.

The cast is read from full names first, context included; then the article is walked once, sentence by sentence, and
every mention raises the salience of its bearer, which fades with distance. A pronoun goes to the most salient
bearer that agrees in gender; where two are as likely, nobody is named.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

from copydesk.quote.lexicon import (
    CAP,
    CUE,
    DEMONYM,
    DET,
    FIRST,
    GROUP,
    LINK,
    ORGNAME,
    OWNER,
    PLACE,
    POLITE,
    ROLE,
    SUFFIX,
    TIME,
    TITLE,
    Lexicon,
)
from copydesk.quote.mentions import (
    Mention,
    NameRun,
    apposition_role,
    is_organisation,
    split_titles,
    title_gender,
)
from copydesk.quote.tokens import Sentence, Tokens
from copydesk.records import SpeakerType, record

# Salience: what a mention adds by its place in the sentence, and what is left of it one sentence later. Set by hand:
# a subject outweighs two other mentions; whoever spoke last stays the likeliest "he" over a sentence about another man.
SUBJECT, OTHER, POSSESSOR, SPOKE = 2.0, 0.9, 0.6, 2.2
FADE = 0.45
PARAGRAPH_FADE = 0.8
LONG_AGO = 60  # sentences or paragraphs after which nothing fades any further
FADED = [FADE**count for count in range(LONG_AGO + 1)]
PARAGRAPHS_FADED = [PARAGRAPH_FADE**count for count in range(LONG_AGO + 1)]
UNKNOWN_GENDER = 0.55  # weight of a named bearer whose gender nothing tells
UNNAMED = 0.75  # of an unnamed source, of whom copy seldom tells it
TWO_REMAIN = 0.97  # second over first: above this nobody is named
MEMORY = 40  # bearers kept in mind for a pronoun
AGREEING: dict[str, tuple[SpeakerType, ...]] = {
    "male": ("person",),
    "female": ("person",),
    "plural": ("group", "organisation"),
    "thing": ("organisation", "document"),
}
EVERYBODY: tuple[SpeakerType, ...] = ("person", "organisation", "group", "document")
GENERATIONS = frozenset(("jr", "sr", "ii", "iii", "iv"))
BARE = ".,'’"  # what a word of a name is stripped of
BEHIND_NAMES = GENERATIONS | {"phd", "md"}


@dataclass(slots=True, eq=False)
class Bearer:
    """Somebody or something of the article that may be meant again."""

    name: str | None  # full name; None for an unnamed source
    type: SpeakerType
    gender: str | None = None
    first: str = ""
    last: str = ""
    roles: list[str] = field(default_factory=list)
    heads: set[str] = field(default_factory=set)  # lower-case words of its roles
    count: int = 0
    full_at: int = -1  # sentence of its last mention by full name
    salience: float = 0.0
    seen_at: int = 0  # sentence in which the salience was reckoned
    paragraph: int = 0

    def weight(self, sentence: int, paragraph: int) -> float:
        """Salience as of a sentence."""
        sentences, paragraphs = sentence - self.seen_at, paragraph - self.paragraph
        gone = FADED[sentences] if sentences < LONG_AGO else FADED[-1]
        if paragraphs <= 0:
            return self.salience * gone
        steps = PARAGRAPHS_FADED[paragraphs] if paragraphs < LONG_AGO else PARAGRAPHS_FADED[-1]
        return self.salience * gone * steps


@record
class Resolved:
    """Whom a mention means."""

    bearer: Bearer | None
    sure: float  # 0-1
    reason: str  # how, or why not: "full-name", "surname", "salience", "two-remain", "unnamed"


def bare_word(word: str) -> str:
    return word.lower().strip(BARE)


class Cast:
    """The people and bodies of one article."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.by_last: dict[str, list[Bearer]] = {}
        self.by_first: dict[str, list[Bearer]] = {}
        self.by_full: dict[tuple[str, str], Bearer] = {}
        self.bodies: dict[str, Bearer] = {}
        self.recent: OrderedDict[int, Bearer] = OrderedDict()
        self.last_speaker: Bearer | None = None

    # ------------------------------------------------------------ who there is
    def learn(self, tokens: Tokens, runs: Iterable[NameRun], s: Sentence, joined: str) -> None:
        """Take the full names of a sentence into the cast, with gender and role where they are printed."""
        for run in runs:
            if run.b - run.a < 2:
                continue
            start = split_titles(tokens, run.a, run.b)
            end = run.b
            while end > start + 1 and tokens.word[end - 1] == ",":
                end -= 1
            words = [low for low in tokens.low[start:end] if low not in (",", "&")]
            if not 2 <= len([low for low in words if low.strip(BARE) not in GENERATIONS]) <= 5:
                continue
            before = tokens.tag[run.a - 1] if run.a > s.a else 0
            titled = start > run.a and any(t & (TITLE | ROLE) for t in tokens.tag[run.a : start])
            if not titled and (
                is_organisation(tokens, start, end) or not self._looks_human(tokens, start, end, before)
            ):
                continue
            self._add_person(tokens, run, start, end, s, joined)

    def _looks_human(self, tokens: Tokens, start: int, end: int, before: int) -> bool:
        first = tokens.tag[start]
        if first & FIRST and not first & PLACE:
            return not tokens.tag[end - 1] & (ORGNAME | TIME)
        if any(t & (PLACE | DEMONYM | TIME) for t in tokens.tag[start:end]):
            return False
        if before & ROLE and not before & FIRST:
            return True
        middle = tokens.word[start + 1 : end - 1]
        if any(len(w) == 2 and w[1] == "." for w in middle):
            return True
        # A comma and a cue or a role behind it, or a cue at once: "Zylpha Quorn, a farmer", "Zylpha Quorn said"
        if end < len(tokens.tag) and end - start <= 3:
            if tokens.tag[end] & CUE:
                return True
            if tokens.word[end] == "," and end + 3 < len(tokens.tag):
                return any(t & ROLE for t in tokens.tag[end + 1 : end + 5]) or tokens.word[end + 1].isdigit()
        return False

    def _add_person(
        self, tokens: Tokens, run: NameRun, start: int, end: int, s: Sentence, joined: str
    ) -> None:
        last_at = end - 1
        while last_at > start + 1 and (tokens.tag[last_at] & SUFFIX or tokens.word[last_at] == ","):
            last_at -= 1
        if tokens.tag[last_at] & OWNER:
            return
        link = last_at
        while link - 1 > start and tokens.tag[link - 1] & LINK:
            link -= 1
        first, last = bare_word(tokens.word[start]), bare_word(tokens.word[last_at])
        lexicon = self.lexicon
        gender = title_gender(tokens, max(s.a, run.a - 3), start, lexicon) if start > run.a else None
        if gender is None:
            gender = (
                "male" if first in lexicon.male_names else "female" if first in lexicon.female_names else None
            )
        bearer = self.by_full.get((first, last))
        if bearer is None:
            bearer = self._same_by_nickname(first, last)
        if bearer is None:
            name = tokens.text(start, end, joined)
            bearer = Bearer(name, "person", gender, first, last)
            self.by_last.setdefault(last, []).append(bearer)
            self.by_first.setdefault(first, []).append(bearer)
            if link != last_at:
                self.by_last.setdefault(bare_word(tokens.word[link]), []).append(bearer)
        self.by_full[first, last] = bearer
        bearer.gender = bearer.gender or gender
        bearer.count += 1
        self._add_role(tokens, run, start, end, s, joined, bearer)

    def _same_by_nickname(self, first: str, last: str) -> Bearer | None:
        for other in self.by_last.get(last, ())[:8]:
            names = self.lexicon.nicknames
            if other.first in names.get(first, ()) or first in names.get(other.first, ()):
                return other
            if (len(first) <= 2 and other.first.startswith(first[:1])) or (
                len(other.first) <= 2 and first.startswith(other.first[:1])
            ):
                return other
        return None

    def _add_role(
        self, tokens: Tokens, run: NameRun, start: int, end: int, s: Sentence, joined: str, bearer: Bearer
    ) -> None:
        role = None
        left = run.a
        while left > s.a and start - left < 10:
            t = tokens.tag[left - 1]
            if (t & ROLE and not t & OWNER) or (
                left < run.a
                and (t & (TITLE | ORGNAME | GROUP) or tokens.word[left - 1][:1].isalpha())
                and not t & ~(TITLE | ROLE | ORGNAME | GROUP | PLACE | DEMONYM | FIRST | CAP)
            ):
                left -= 1
            else:
                break
        while left < start and tokens.tag[left] & DET and not tokens.tag[left] & ROLE:
            left += 1
        if (
            left < start
            and not tokens.tag[left] & POLITE
            and any(t & (TITLE | ROLE) for t in tokens.tag[left:start])
        ):
            role = tokens.text(left, start, joined)
        if role is None or len(role) < 5:
            k = end
            if k < s.b and tokens.word[k] == "(":
                while k < s.b and tokens.word[k] != ")":
                    k += 1
                k += 1
            if k + 1 < s.b and tokens.word[k] == ",":
                apposition = apposition_role(tokens, k + 1, s.b, joined)
                if apposition and role:
                    bearer.heads.update(bare_word(w) for w in apposition.split())
                role = role or apposition
        if role:
            bearer.roles.append(role)
            bearer.heads.update(bare_word(w) for w in role.split())
            if bearer.gender is None:
                bearer.gender = self._role_gender(role) or self._article_gender(tokens, left, start, role)

    def _role_gender(self, role: str) -> str | None:
        """What the words of a role tell: "actress", „Ex-Parteichefin“, „Werftleiter“."""
        lexicon = self.lexicon
        words = [bare_word(w) for w in role.split()]
        if lexicon.female_words.intersection(words):
            return "female"
        if lexicon.male_words.intersection(words):
            return "male"
        offices = [w for w in words if lexicon.nouns_capitalised and w.endswith(lexicon.role_suffixes)]
        if not offices or offices[0].endswith("e"):
            return None  # „Vorsitzende“ may be either
        return "female" if offices[0].endswith("in") else "male"

    def _article_gender(self, tokens: Tokens, left: int, start: int, role: str) -> str | None:
        """ "la porte-parole": what the article before a role tells of its bearer."""
        genders = self.lexicon.article_gender
        before = tokens.low[left - 1] if 0 < left < start else role.split()[0].lower()
        return genders.get(before)

    # ------------------------------------------------------------ who is meant
    def note(self, bearer: Bearer, weight: float, sentence: int, paragraph: int) -> None:
        """A mention raises its bearer."""
        bearer.salience = bearer.weight(sentence, paragraph) + weight
        bearer.seen_at, bearer.paragraph = sentence, paragraph
        key = id(bearer)
        self.recent[key] = bearer
        self.recent.move_to_end(key)
        if len(self.recent) > MEMORY:
            self.recent.popitem(last=False)

    def named(self, name: str, gender: str | None, sentence: int, paragraph: int) -> Resolved:
        """The bearer of a printed personal name, of one word or more."""
        words = [bare_word(w) for w in name.replace(",", " ").split()]
        words = [w for w in words if w and w not in BEHIND_NAMES] or [name.lower()]
        first, last = words[0], words[-1]
        if len(words) > 1:
            bearer = self.by_full.get((first, last)) or self._same_by_nickname(first, last)
            if bearer is None:
                bearer = Bearer(name, "person", gender or self._first_gender(first), first, last)
                self.by_full[first, last] = bearer
                self.by_last.setdefault(last, []).append(bearer)
                self.by_first.setdefault(first, []).append(bearer)
            bearer.full_at = sentence
            return Resolved(bearer, 0.97, "full-name")
        found = self.by_last.get(last) or self.by_first.get(first)
        reason = "surname" if last in self.by_last else "first-name"
        if not found:
            bearer = Bearer(name, "person", gender or self._first_gender(first), "", last)
            self.by_last[last] = [bearer]
            return Resolved(bearer, 0.85, "single-name")
        fit = found if gender is None else [b for b in found if b.gender in (None, gender)] or found
        if len(fit) == 1:
            return Resolved(fit[0], 0.95 if reason == "surname" else 0.85, reason)
        # Two of one family: whoever the copy names most, unless the other was just introduced by full name.
        ranked = sorted(
            fit, key=lambda b: -(b.count + (4 if b.full_at >= 0 and sentence - b.full_at <= 2 else 0))
        )
        return Resolved(ranked[0], 0.75, "surname-shared")

    def _first_gender(self, first: str) -> str | None:
        return (
            "male"
            if first in self.lexicon.male_names
            else "female"
            if first in self.lexicon.female_names
            else None
        )

    def body(self, name: str, type_: SpeakerType) -> Bearer:
        """An organisation, group or document by its printed name."""
        key = name.lower()
        if key not in self.bodies:
            self.bodies[key] = Bearer(name, type_)
        return self.bodies[key]

    def pronoun(self, gender: str | None, sentence: int, paragraph: int) -> Resolved:
        """The most salient bearer that agrees; none where two are as likely."""
        types = AGREEING.get(gender or "", EVERYBODY)
        fit = [bearer for bearer in self.recent.values() if bearer.type in types]
        personal = gender in ("male", "female")
        if personal:
            fit = [bearer for bearer in fit if bearer.gender is None or bearer.gender == gender]
            if self.lexicon.nouns_capitalised:
                # never printed in full: more likely a noun than somebody
                fit = [bearer for bearer in fit if not bearer.name or bearer.count]
        best: list[tuple[float, int, Bearer]] = []
        for order, bearer in enumerate(fit):
            weight = bearer.weight(sentence, paragraph)
            if personal and bearer.gender is None:
                weight *= UNKNOWN_GENDER if bearer.name else UNNAMED
            if gender == "plural" and bearer.type == "organisation":
                weight *= 0.4
            best.append((weight, order, bearer))
        if not best:
            return Resolved(None, 0.0, "nobody-agrees")
        best.sort(reverse=True)  # of equal weight, whoever was meant last
        top = best[0]
        if len(best) > 1 and best[1][0] > TWO_REMAIN * top[0]:
            return Resolved(None, 0.0, "two-remain")
        share = top[0] / (top[0] + best[1][0]) if len(best) > 1 else 1.0
        return Resolved(top[2], 0.55 + 0.4 * share, "salience")

    def by_role(self, head: str, sentence: int, paragraph: int) -> Resolved:
        """ "the spokesman": the most salient person with that word in a role printed earlier."""
        fit = [b for b in self.recent.values() if head in b.heads and b.type == "person"]
        if not fit:
            return Resolved(None, 0.0, "unnamed")
        fit.sort(key=lambda b: -b.weight(sentence, paragraph))
        if len(fit) > 1 and fit[1].weight(sentence, paragraph) > TWO_REMAIN * fit[0].weight(
            sentence, paragraph
        ):
            return Resolved(None, 0.0, "two-remain")
        return Resolved(fit[0], 0.8, "role")

    def resolve(self, mention: Mention, sentence: int, paragraph: int) -> Resolved:
        """Whom a mention means at this place of the article."""
        if mention.kind == "person" and mention.name:
            return self.named(mention.name, mention.gender, sentence, paragraph)
        if mention.kind == "organisation" and mention.name:
            known = self.by_last.get(bare_word(mention.name))
            if known and " " not in mention.name:
                return self.named(mention.name, None, sentence, paragraph)
            return Resolved(self.body(mention.name, "organisation"), 0.9, "name")
        if mention.kind == "pronoun":
            if mention.gender in ("male", "female", "plural", "thing"):
                return self.pronoun(mention.gender, sentence, paragraph)
            return Resolved(None, 0.0, "nobody-agrees")
        if mention.kind == "role" and mention.text[:1].isupper() and bare_word(mention.text) in self.by_last:
            return self.named(mention.text, mention.gender, sentence, paragraph)  # Mr. King, no king
        if mention.kind == "role":
            found = self.by_role(mention.head, sentence, paragraph) if mention.definite else None
            if found and (found.bearer or found.reason == "two-remain"):
                return found
            unnamed = Bearer(None, "person", mention.gender, roles=[mention.role] if mention.role else [])
            return Resolved(unnamed, 0.9, "unnamed")
        types: dict[str, SpeakerType] = {
            "organisation": "organisation",
            "group": "group",
            "document": "document",
        }
        type_ = types.get(mention.kind)
        return Resolved(Bearer(None, type_), 0.85, "unnamed") if type_ else Resolved(None, 0.75, "unnamed")
