"""Bylines in Chinese, Japanese and Korean, which have no capitals to tell a name by."""

from __future__ import annotations

import re
from functools import cache

from copydesk.grammar.alternation import longest_first
from copydesk.grammar.byline_words import Byline, clean_line, table
from copydesk.grammar.name_words import words
from copydesk.grammar.names import CONTACT, EAST_ASIAN, agency_name, is_collective, read_person

MAX_BARE = 60
LIST = re.compile(r"[\s、，,·・/]+")
SPACED_NAME = re.compile(
    r"[\u4e00-\u9fff々]{1,3}[\s\u3000][\u4e00-\u9fff々\u3040-\u309f]{1,3}"
)  # family and given name apart


@cache
def _far_eastern() -> tuple[re.Pattern[str], re.Pattern[str]]:
    codes = ("ja", "ko", "zh")
    lead = longest_first(phrase for code in codes for phrase in table(code)["leads"])
    title = longest_first(word for code in codes for word in words("titles", code) if EAST_ASIAN.search(word))
    after = r"\s?(?:[:：|／/]\s?|[\s\u3000]|(?=[\u4e00-\u9fff]{2,3}[)）\s]))"
    return re.compile(rf"[(（\[【]?\s?(?:{lead}){after}"), re.compile(
        rf"(?:{title})(?=$|[\s、，,·・)）\]】=＝|])"
    )


def read_far_eastern(text: str, language: str | None) -> Byline | None:
    """ "記者 王小明", "(责编：A、B)", "홍길동 기자", "山田太郎記者": marked by a word before or a title after the names."""
    if len(text) > MAX_BARE:
        return None
    lead_pattern, title_pattern = _far_eastern()
    line = clean_line(text, glued=True)
    lead = lead_pattern.match(line)
    rest = line[lead.end() :] if lead else line
    titled = title_pattern.search(rest) is not None
    if lead is None and not titled:
        # A date beside it, or the space that sets the given name apart, makes a bare name one that may sign.
        bare = line != text.strip() or SPACED_NAME.fullmatch(line) is not None
        person = read_person(line, language) if bare else None
        return Byline((person,), None, None, (), (), None, False) if person else None
    rest = title_pattern.sub("、", rest).strip(" ()（）[]【】|=＝、")
    whole = read_person(rest, language)
    pieces = [whole] if whole else [piece for piece in LIST.split(rest) if piece]
    names, agency, collective = [], None, None
    for piece in pieces:
        if found := agency_name(piece):
            agency = agency or found
        elif is_collective(piece, language):
            collective = collective or piece
        elif person := read_person(piece, language):
            names.append(person)
        elif not CONTACT.fullmatch(piece):
            return None
    if not (names or agency or collective):
        return None
    return Byline(tuple(dict.fromkeys(names)), agency, None, (), (), collective, True)
