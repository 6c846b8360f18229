"""The words of one language that attribution needs, read from `<language>/quote/*.yaml` into sets of bits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from copydesk.resources import read_resource

# One bit a word class; a word may have several. CAP, QUOTE and OWNER are set by the tokeniser.
DET, POSS, PREP, AUX, BE, ADV, CONJ, COMP, REL, SUBORD, TIME, VERB = (1 << k for k in range(12))
PRON, TITLE, ROLE, PERSONS, GROUP, DOC, ORGNAME, PLACE, DEMONYM, NOTNAME, FIRST, CUE = (
    1 << k for k in range(12, 24)
)
CAP, QUOTE, OWNER, PUNCT, NUM, MODAL, LINK, SUFFIX, ABBREVIATION, POLITE, DEFINITE = (
    1 << k for k in range(24, 35)
)

LANGUAGES = frozenset(("en", "de", "fr", "es", "it", "pt"))  # others: spans only

SPEECH, FRAME = "speech", "frame"


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a verb that hands over words."""

    base: str
    form: str  # past, present (third person), base, participle, perfect (past participle only)
    strength: str  # speech: its subject speaks; frame: only with quoted words as object or complement
    needs: frozenset[str] = frozenset()  # one of these words must come next ("pointed out")
    indirect: bool = False  # its reported clause is indirect speech
    infinitive: bool = False  # "vowed to …" is reported speech
    object: bool = False  # its object tells what was said ("announced a ban", "accused Marsh of fraud")
    naming: bool = (
        False  # quotes its subject even inside another's report: "Odell said Marsh called it "a mess""
    )
    addressed: bool = False  # takes an addressee before its clause: "told reporters that"
    clause: bool = False  # a noun behind it opens a clause: "say the bridge"
    about: frozenset[str] = frozenset()  # prepositions after which it is told ("called for", "talked about")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A language's words; lower case throughout."""

    language: str
    tags: dict[str, int]
    cues: dict[str, Form]
    according: tuple[tuple[str, ...], ...]  # "according to"
    according_openers: frozenset[str]  # their first words
    as_verbs: frozenset[str]  # "as X put it"
    nouns: frozenset[str]  # "X's claim that"
    pronoun_gender: dict[str, str]  # he -> male; they -> plural; it -> thing
    subject_pronouns: frozenset[str]
    male_names: frozenset[str]
    female_names: frozenset[str]
    male_words: frozenset[str]
    female_words: frozenset[str]
    nicknames: dict[str, frozenset[str]]
    place_links: frozenset[str]
    organisation_links: frozenset[str]
    nouns_capitalised: bool  # German: a capital is no sign of a name
    drops_pronouns: bool  # Spanish, Italian, Portuguese: a verb may do without a subject
    question_words: frozenset[str]  # whether, how
    tails: frozenset[str]  # behind a comma the reporter goes on alone: which, while
    works: frozenset[str]  # words before a title: film, book
    entitled: frozenset[str]  # words that only stand before a title or scare quote
    title_small: frozenset[str]  # words that stay small in a title
    title_links: frozenset[str]  # prepositions that lead to a title: a book on, the author of
    dative_articles: frozenset[str]  # German: before the outlet to which somebody speaks
    subject_articles: frozenset[str]  # German: articles of a masculine subject
    feminine_endings: tuple[str, ...]
    clause_openers: frozenset[str]  # that, dass, que
    role_suffixes: tuple[str, ...]  # German compounds: "Polizeisprecherin"
    reported_mood: frozenset[str]  # verb forms of a report without a cue: "er habe", "sie sei"
    impersonal: frozenset[str]  # cues whose "it" is nobody: "heißt es"
    article_gender: dict[str, str]  # la -> female, where an article tells it
    possessive_gender: dict[str, str]  # his -> male; only where the owner's gender shows
    tokens: re.Pattern[str]


def words_of(value: object) -> list[str]:
    """A YAML list, or a folded block of words parted by white space."""
    if value is None:
        return []
    if isinstance(value, str):
        return value.split()
    return [str(v) for v in cast(list[object], value)]


SHARED = frozenset(("made", "makes", "making", "called"))
VOWELS = frozenset("aeiou")


def inflect(base: str) -> tuple[str, str, str]:
    """Third person, past, participle of a regular English verb; "quip+" doubles its last letter.

    >>> inflect("deny"), inflect("quip+")
    (('denies', 'denied', 'denying'), ('quips', 'quipped', 'quipping'))
    """
    if base.endswith("+"):
        stem = base[:-1]
        return stem + "s", stem + stem[-1] + "ed", stem + stem[-1] + "ing"
    if base.endswith("e") and not base.endswith("ee"):
        return base + "s", base + "d", base[:-1] + "ing"
    if base.endswith("ee"):
        return base + "s", base + "d", base + "ing"
    if base.endswith("y") and base[-2] not in VOWELS:
        return base[:-1] + "ies", base[:-1] + "ied", base + "ing"
    third = base + ("es" if base.endswith(("s", "sh", "ch", "x", "z")) else "s")
    return third, base + "ed", base + "ing"


def _read_cues(entry: dict[str, Any]) -> dict[str, Form]:
    """Every form of every cue verb; a form of two verbs keeps the stronger, a past before a participle."""
    forms: dict[str, Form] = {}
    indirect = set(words_of(entry.get("indirect")))
    to_clause, objects, naming, addressed, clause = (
        set(words_of(entry.get(key))) for key in ("to_clause", "object", "naming", "addressed", "clause")
    )
    abouts: dict[str, list[str]] = {
        word: words_of(preps) for word, preps in (entry.get("about") or {}).items()
    }
    for strength in (SPEECH, FRAME):
        group = entry.get(strength) or {}
        verbs: list[tuple[str, str, str]] = []
        for word in words_of(group.get("regular")):
            third, past, participle = inflect(word)
            base = word.rstrip("+")
            verbs += [
                (base, past, "past"),
                (base, third, "present"),
                (base, base, "base"),
                (base, participle, "participle"),
            ]
        for row in words_of(group.get("irregular")):
            cells = row.split()
            kinds = ["base", "present", "past", "perfect", "participle"]
            if len(cells) == 4:
                kinds.remove("perfect")  # the same as the past
            verbs += [(cells[0], cell, kind) for cell, kind in zip(cells, kinds, strict=False)]
        for kind in ("past", "present", "participle"):
            verbs += [(word, word, kind) for word in words_of(group.get(kind))]
        order = {"past": 0, "present": 1, "participle": 2, "base": 3, "perfect": 4}
        for base, word, kind in sorted(verbs, key=lambda v: order[v[2]]):
            known = base in indirect or word in indirect
            about = frozenset(abouts.get(base, ()))
            form = Form(
                base,
                kind,
                strength,
                indirect=known,
                about=about,
                infinitive=base in to_clause,
                object=base in objects,
                naming=base in naming,
                addressed=base in addressed,
                clause=base in clause,
            )
            forms.setdefault(word, form)
    for word, needs in ((entry.get(SPEECH) or {}).get("phrases") or {}).items():
        kind = "participle" if word.endswith("ing") else "past"
        known = not word.startswith("go") and word != "went"
        form = Form(word, kind, SPEECH, frozenset(needs), indirect=known)
        # "made", "called" and their like are verbs of their own without the second word
        forms[word] = forms.get(word, form) if word in SHARED else form
    return forms


def _read_tags(words: dict[str, Any], sources: dict[str, Any]) -> dict[str, int]:
    tags: dict[str, int] = {}
    table = (
        (words, "determiners", DET), (words, "possessives", POSS), (words, "prepositions", PREP),
        (words, "auxiliaries", AUX), (words, "be_forms", BE), (words, "modals", MODAL), (words, "adverbs", ADV),
        (words, "conjunctions", CONJ), (words, "complementizers", COMP), (words, "relatives", REL),
        (words, "subordinators", SUBORD), (words, "times", TIME), (words, "verbs", VERB),
        (sources, "titles", TITLE), (sources, "roles", ROLE), (sources, "persons_plural", PERSONS),
        (sources, "group_words", GROUP), (sources, "document_words", DOC), (sources, "organisation_names", ORGNAME),
        (sources, "places", PLACE), (sources, "demonyms", DEMONYM), (sources, "not_names", NOTNAME),
        (sources, "polite", POLITE), (words, "definite", DEFINITE), (sources, "name_links", LINK),
        (sources, "name_suffixes", SUFFIX),
    )  # fmt: skip
    for source, key, bit in table:
        for word in words_of(source.get(key)):
            tags[word.lower()] = tags.get(word.lower(), 0) | bit
    for pronouns in (words.get("pronouns") or {}).values():
        for word in words_of(pronouns):
            tags[word] = tags.get(word, 0) | PRON | NOTNAME
    for word in words_of(words.get("abbreviations")):
        tags[word + "."] = tags.get(word + ".", 0) | ABBREVIATION
    for word, bits in list(tags.items()):
        if bits & (DET | POSS | PREP | AUX | CONJ | SUBORD | COMP) and word not in (
            "will",
            "may",
            "per",
            "al",
            "la",
            "el",
        ):
            tags[word] = bits | NOTNAME
    return tags


def _token_pattern(elisions: list[str], clitics: list[str]) -> re.Pattern[str]:
    """Words, initials, marks; "l'eau" and "dit-il" fall into two where the language writes so."""
    clitic = "|".join(re.escape(c) for c in sorted(clitics, key=len, reverse=True))
    behind = rf"(?:{clitic})\b" if clitic else r"(?!)"
    before = rf"\b(?:{'|'.join(elisions)})['’](?=\w)" if elisions else r"(?!)"
    return re.compile(
        r"(?:[^\W\d_]\.){2,8}"  # U.S.
        r"|[^\W\d_]\.(?=\s[^\W\d_])"  # J. Edgar
        rf"|{before}|{behind}"
        rf"|@?\w++(?:(?!{behind})[-.&]\w++|['’](?!(?:[sSdm]|ll|re|ve)\b)\w++)*"
        r"|['’](?:[sSdm]|ll|re|ve)\b|\.\.\.|[^\w\s]",
        re.IGNORECASE,
    )


@cache
def read_lexicon(language: str) -> Lexicon | None:
    """The lexicon of a language; None where only its quotation marks are known."""
    if language not in LANGUAGES:
        return None
    words, sources, cues, names = (
        cast(dict[str, Any], read_resource(f"{language}/quote/{name}.yaml"))
        for name in ("words", "sources", "cues", "names")
    )
    shared = cast(dict[str, Any], read_resource("en/quote/names.yaml"))
    forms = _read_cues(cues)
    tags = _read_tags(words, sources)
    for word in forms:
        tags[word] = tags.get(word, 0) | CUE
    either = set(words_of(shared["either"]))
    male = set(words_of(shared["male"])) | set(words_of(names.get("male")))
    female = set(words_of(shared["female"])) | set(words_of(names.get("female")))
    for word in male | female | either | set(shared["nicknames"]):
        tags[word] = tags.get(word, 0) | FIRST
    genders = {w: g for g, ws in (words.get("pronouns") or {}).items() for w in words_of(ws)}
    according = tuple(tuple(phrase.split()) for phrase in words_of_phrases(cues.get("according")))
    return Lexicon(
        language=language,
        tags=tags,
        cues=forms,
        according=according,
        according_openers=frozenset(phrase[0] for phrase in according),
        as_verbs=frozenset(words_of(cues.get("as_verbs"))),
        nouns=frozenset(words_of(cues.get("nouns"))),
        pronoun_gender=genders,
        subject_pronouns=frozenset(words_of(words.get("subject_pronouns"))),
        male_names=frozenset(male - either - female),
        female_names=frozenset(female - either - male),
        male_words=frozenset(words_of(words.get("male_words"))),
        female_words=frozenset(words_of(words.get("female_words"))),
        nicknames={short: frozenset(full) for short, full in shared["nicknames"].items()},
        place_links=frozenset(words_of(sources.get("place_links"))),
        organisation_links=frozenset(words_of(sources.get("organisation_links"))),
        nouns_capitalised=bool(words.get("nouns_capitalised")),
        drops_pronouns=bool(words.get("drops_pronouns")),
        question_words=frozenset(words_of(words.get("question_words"))),
        tails=frozenset(words_of(words.get("tails"))),
        works=frozenset(words_of(sources.get("works"))),
        entitled=frozenset(words_of(sources.get("entitled"))),
        title_small=frozenset(words_of(sources.get("title_small"))),
        title_links=frozenset(words_of(sources.get("title_links"))),
        dative_articles=frozenset(words_of(words.get("dative_articles"))),
        subject_articles=frozenset(words_of(words.get("subject_articles"))),
        feminine_endings=tuple(words_of(words.get("feminine_endings"))),
        clause_openers=frozenset(words_of(words.get("clause_openers"))),
        role_suffixes=tuple(words_of(sources.get("role_suffixes"))),
        reported_mood=frozenset(words_of(words.get("reported_mood"))),
        impersonal=frozenset(words_of(cues.get("impersonal"))),
        article_gender=dict(words.get("article_gender") or {}),
        possessive_gender=dict(words.get("possessive_gender") or {}),
        tokens=_token_pattern(words_of(words.get("elisions")), words_of(words.get("clitics"))),
    )


def words_of_phrases(value: object) -> list[str]:
    """A YAML list of phrases, each kept whole."""
    return [str(v) for v in cast(list[object], value or [])]
