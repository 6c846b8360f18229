"""Markdown inside a block: links, images, emphasis, code, escapes and tags, read to plain text in one pass.

Follows CommonMark, and where sources break it (a link inside a link, an image with blanks in its URL) leans
to what the writer meant. Nothing is ever dropped that a reader of the rendered page would see: a mark that
pairs with nothing stays.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from copydesk.extract.blocklist import trim_url
from copydesk.extract.visible import visible_text
from copydesk.records import Image, Link

MAX_OPEN_BRACKETS = 50  # deeper nesting is an attack; the outermost ones are then what they are

_TOKEN = re.compile(
    r"""\\[!-/:-@\[-`{-~]  # an escaped sign
    | \\?\n                # a line's end; after a backslash a hard one
    | `+
    | !?\[
    | \]
    | \*+ | _+ | ~~
    | &(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});
    | <(?:https?://[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w.-]{1,253})>
    | <!--
    | </?[A-Za-z][^<>]{0,2000}>
    | https?://[^\s<>\[\]`]{1,2000}""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN_URL = re.compile(r"\(([^\s()<>\\]{1,4000})\)")
_POINTED_URL = re.compile(r"\(\s{0,20}<([^<>\n]{0,4000})>")
_CLOSING = re.compile(r"\s{0,20}\)")
_PAREN = re.compile(r"\\.|[()]|\s", re.DOTALL)
_TITLE = re.compile(r"""\s{1,20}(?:"[^"]{0,2000}"|'[^']{0,2000}'|\([^()]{0,2000}\))\s{0,20}\)""", re.DOTALL)
_REFERENCE = re.compile(r"\[([^\[\]]{0,999})\]")
_IMG_ATTRIBUTE = re.compile(
    r"""\s(src|alt)\s{0,9}=\s{0,9}(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s"'>]{1,2000}))""", re.I
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in running text: where it stands in the source, and the link around it."""

    image: Image
    alt: str
    start: int
    end: int
    href: str | None
    leads: bool  # no visible text stands before it


@dataclass(frozen=True, slots=True)
class Inline:
    """A block's content as a reader sees it."""

    text: str
    links: tuple[Link, ...]
    pictures: tuple[Picture, ...]
    bold: bool


@dataclass(slots=True)
class _Run:
    """A run of * or _ or ~ that may open or close emphasis; `left` of its marks have found no partner."""

    piece: int
    mark: str
    left: int
    alone: bool  # two marks that touch no word


@dataclass(slots=True)
class _Bracket:
    piece: int
    start: int
    is_image: bool
    pictures: int  # how many were found before it


def read_inline(source: str, references: Mapping[str, str]) -> Inline:
    """The plain text of a Markdown stretch, with its links and images. `references` maps normalised labels
    to URLs.
    """
    if not _TOKEN.search(source):
        return Inline(visible_text(source), (), (), False)
    return _Scanner(source, references).read()


def normal_label(label: str) -> str:
    """A reference's label as CommonMark compares it."""
    return " ".join(label.split()).casefold().upper()


class _Scanner:
    def __init__(self, source: str, references: Mapping[str, str]) -> None:
        self.source = source
        self.references = references
        self.pieces: list[str] = []
        self.links: list[tuple[int, int, str]] = []  # first piece, piece behind the last, URL
        self.pictures: list[Picture] = []
        self.picture_pieces: list[int] = []
        self.brackets: list[_Bracket] = []
        self.runs: list[_Run] = []
        self.openers: dict[str, list[_Run]] = defaultdict(list)
        self.strong: list[tuple[int, int]] = []
        self.ticks: dict[int, list[int]] | None = None
        self.parens: _Parens | None = None
        self.unclosed_comment = False

    def read(self) -> Inline:
        source, at = self.source, 0
        while match := _TOKEN.search(source, at):
            start = match.start()
            if start > at:
                self.pieces.append(source[at:start])
            at = self._take(match[0], start, match.end())
        self.pieces.append(source[at:])
        self._settle(-1)
        return self._finish()

    def _take(self, token: str, start: int, end: int) -> int:
        """Read one token; returns where reading goes on."""
        first = token[0]
        if first in "*_~":
            self._emphasis(token, start, end)
        elif first == "[" or token == "![":
            if len(self.brackets) == MAX_OPEN_BRACKETS:
                del self.brackets[0]
            self.brackets.append(_Bracket(len(self.pieces), start, first == "!", len(self.pictures)))
            self.pieces.append(token)
        elif first == "]":
            return self._close_bracket(start, end)
        elif first == "`":
            return self._code(token, end)
        elif first == "\\":
            self.pieces.append(" " if token == "\\\n" else token[1])
        elif first == "\n":
            self.pieces.append(" ")
        elif first == "&":
            self.pieces.append(html.unescape(token))
        elif token == "<!--":
            closing = -1 if self.unclosed_comment else self.source.find("-->", end)
            self.unclosed_comment = closing < 0  # browsers hide all that follows; we would rather show it
            self.pieces.append(token if closing < 0 else "")
            return end if closing < 0 else closing + 3
        elif first == "<":
            self._tag(token, start, end)
        else:
            url = trim_url(token)
            self._link_text(url, url)
            return start + len(url)
        return end

    def _link_text(self, text: str, url: str) -> None:
        if not any(bracket.is_image for bracket in self.brackets[-1:]):
            self.links.append((len(self.pieces), len(self.pieces) + 1, url))
        self.pieces.append(text)

    def _tag(self, token: str, start: int, end: int) -> None:
        if token[1] == "/":
            self.pieces.append("")
        elif "@" in token or token.startswith(("<http://", "<https://")):
            inner = token[1:-1]
            if "://" in inner or " " not in inner:
                self._link_text(inner, inner if "://" in inner else "mailto:" + inner)
        elif token[1:4].lower() == "img":
            found = {
                m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "")
                for m in _IMG_ATTRIBUTE.finditer(token)
            }
            self._picture(found.get("src", ""), found.get("alt", ""), start, end)
        else:
            self.pieces.append(" " if token[1:3].lower() == "br" else "")

    def _code(self, ticks: str, end: int) -> int:
        """A code span runs to the next run of as many backticks; without one they are what they are."""
        if self.ticks is None:
            self.ticks = defaultdict(list)
            for match in re.finditer("`+", self.source):
                self.ticks[len(match[0])].append(match.start())
        places = self.ticks[len(ticks)]
        following = bisect_right(places, end - 1)
        if following == len(places):
            self.pieces.append(ticks)
            return end
        self.pieces.append(self.source[end : places[following]].replace("\n", " "))
        return places[following] + len(ticks)

    def _emphasis(self, token: str, start: int, end: int) -> None:
        before = self.source[start - 1] if start else " "
        after = self.source[end] if end < len(self.source) else " "
        word_before, word_after = before.isalnum(), after.isalnum()
        opens = not after.isspace() and (word_after or before.isspace() or not word_before)
        closes = not before.isspace() and (word_before or after.isspace() or not word_after)
        if token[0] == "_":  # snake_case is one word
            opens, closes = opens and not word_before, closes and not word_after
        elif token == "**":  # converters write "**He said:**no" for bold that ends inside a word
            opens, closes = not after.isspace(), not before.isspace()
        run = _Run(len(self.pieces), token[0], len(token), not word_before and not word_after)
        self.pieces.append(token)
        self.runs.append(run)
        if closes:
            self._pair(run)
        if opens and run.left:
            self.openers[run.mark].append(run)

    def _pair(self, closer: _Run) -> None:
        openers = self.openers[closer.mark]
        while closer.left and openers:
            opener = openers[-1]
            used = 2 if closer.mark == "~" or (opener.left >= 2 and closer.left >= 2) else 1
            opener.left -= used
            closer.left -= used
            if used == 2 and closer.mark != "~":
                self.strong.append((opener.piece, closer.piece))
            if not opener.left:
                openers.pop()

    def _settle(self, piece: int) -> None:
        """Marks behind this piece that found no partner become text again; two alone are an icon's empty
        emphasis.
        """
        while self.runs and self.runs[-1].piece > piece:
            run = self.runs.pop()
            self.pieces[run.piece] = "" if run.alone and run.left == 2 else run.mark * run.left

    def _close_bracket(self, start: int, end: int) -> int:
        if not self.brackets:
            self.pieces.append("]")
            return end
        bracket = self.brackets.pop()
        target = self._target(bracket, start, end)
        if target is None:
            self.pieces.append("]")
            return end
        url, behind = target
        self.pieces[bracket.piece] = ""
        if bracket.is_image:
            self._picture(url, self._take_alt(bracket), bracket.start, behind)
        else:
            self.links.append((bracket.piece, len(self.pieces), url))
            for i in range(bracket.pictures, len(self.pictures)):
                self.pictures[i] = _linked(self.pictures[i], url)
        return behind

    def _take_alt(self, bracket: _Bracket) -> str:
        """The text inside an image's brackets, which leaves the running text."""
        self._settle(bracket.piece)
        for place, picture in zip(
            self.picture_pieces[bracket.pictures :], self.pictures[bracket.pictures :], strict=True
        ):
            self.pieces[place] = picture.alt
        alt = "".join(self.pieces[bracket.piece + 1 :])
        del (
            self.pieces[bracket.piece + 1 :],
            self.pictures[bracket.pictures :],
            self.picture_pieces[bracket.pictures :],
        )
        for openers in self.openers.values():
            while openers and openers[-1].piece > bracket.piece:
                openers.pop()
        while self.links and self.links[-1][0] > bracket.piece:
            self.links.pop()
        while self.strong and self.strong[-1][1] > bracket.piece:
            self.strong.pop()
        return alt

    def _picture(self, url: str, alt: str, start: int, end: int) -> None:
        alt = visible_text(alt)
        self.pieces.append(" ")
        if url or alt:
            self.picture_pieces.append(len(self.pieces) - 1)
            self.pictures.append(Picture(Image(url or None, alt or None), alt, start, end, None, False))

    def _target(self, bracket: _Bracket, start: int, end: int) -> tuple[str, int] | None:
        """URL and end of "(URL "title")", "[label]" or a label that is defined, behind a closing bracket."""
        if self.source.startswith("(", end):
            found = self._inline_target(end)
            if found:
                return found
        if not self.references:
            return None
        label = self.source[bracket.start + 1 + bracket.is_image : min(start, bracket.start + 1001)]
        behind = end
        if (match := _REFERENCE.match(self.source, end)) is not None:
            label, behind = match[1] or label, match.end()
        url = self.references.get(normal_label(label))
        return (url, behind) if url is not None else None

    def _inline_target(self, at: int) -> tuple[str, int] | None:
        """URL and end of `(URL)`, `(<URL>)` or `(URL "title")`; parentheses inside the URL are balanced."""
        source = self.source
        if plain := _PLAIN_URL.match(source, at):  # nearly all
            return html.unescape(plain[1]), plain.end()
        if pointed := _POINTED_URL.match(source, at):
            closing = _TITLE.match(source, pointed.end()) or _CLOSING.match(source, pointed.end())
            return (_unescape(pointed[1]), closing.end()) if closing else None
        if self.parens is None:
            self.parens = _Parens(source)
        if partner := self.parens.partner.get(at):
            return _unescape(source[at + 1 : partner]), partner + 1
        begin = at + 1
        while begin < len(source) and begin < at + 20 and source[begin].isspace():
            begin += 1
        behind = self.parens.blank_after(begin)
        closing = _TITLE.match(source, behind) or _CLOSING.match(source, behind)
        return (_unescape(source[begin:behind]), closing.end()) if closing else None

    def _finish(self) -> Inline:
        offsets = [0] * (len(self.pieces) + 1)
        shown: list[str] = []
        length, ends_in_space = 0, True
        for i, piece in enumerate(self.pieces):
            offsets[i] = length
            # The bars keep the piece's own outer blanks, which only its neighbours make superfluous.
            piece = visible_text(f"|{piece}|")[1:-1] if piece else ""
            if ends_in_space and piece[:1] == " ":
                piece = piece[1:]
            if piece:
                ends_in_space = piece[-1] == " "
                shown.append(piece)
                length += len(piece)
        offsets[-1] = length
        text = "".join(shown).rstrip()
        links = tuple(
            sorted(filter(None, (self._link(text, offsets, *link) for link in self.links)), key=_place)
        )
        pictures = tuple(
            picture if offsets[piece] else _leading(picture)
            for piece, picture in zip(self.picture_pieces, self.pictures, strict=True)
        )
        return Inline(text, links, pictures, self._is_bold(offsets, len(text)))

    def _link(self, text: str, offsets: list[int], first: int, behind: int, url: str) -> Link | None:
        start, end = offsets[first], min(offsets[behind], len(text))
        start += len(text[start:end]) - len(text[start:end].lstrip())
        shown = text[start:end].rstrip()
        return Link(shown, url, start, start + len(shown)) if shown else None

    def _is_bold(self, offsets: list[int], length: int) -> bool:
        """Whether bold stretches cover all of the text."""
        reach = 0
        for opener, closer in sorted(self.strong):
            if offsets[opener] > reach + 1:  # one blank between two bold words is no break
                return False
            reach = max(reach, offsets[closer])
        return bool(self.strong) and length > 0 and reach >= length


class _Parens:
    """For each opening parenthesis its partner in the same stretch without blanks, and where the blanks
    are.
    """

    def __init__(self, source: str) -> None:
        self.partner: dict[int, int] = {}
        self.blanks: list[int] = []
        opened: list[int] = []
        for match in _PAREN.finditer(source):
            sign = match[0]
            if sign == "(":
                opened.append(match.start())
            elif sign == ")":
                if opened:
                    self.partner[opened.pop()] = match.start()
            elif sign[0] != "\\":
                opened.clear()
                self.blanks.append(match.start())
        self.blanks.append(len(source))

    def blank_after(self, at: int) -> int:
        return self.blanks[bisect_right(self.blanks, at)] if at < self.blanks[-1] else at


def _unescape(url: str) -> str:
    return html.unescape(_ESCAPED.sub(r"\1", url)).strip()


def _linked(picture: Picture, url: str) -> Picture:
    return Picture(picture.image, picture.alt, picture.start, picture.end, picture.href or url, picture.leads)


def _leading(picture: Picture) -> Picture:
    return Picture(picture.image, picture.alt, picture.start, picture.end, picture.href, True)


def _place(link: Link) -> tuple[int, int]:
    return link.char_start, link.char_end
