"""Markdown to blocks: structure from markdown-it's tokens, text and offsets from the source lines that they
name.

Only markdown-it's block rules run; what is inside a block is read by `markdown_inline`, which knows where
images stand. Text that markdown-it lets go (it stops at a depth of 20) is found by counting lines, and
becomes blocks as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from copydesk.extract.blocklist import BlockList, bare_links
from copydesk.extract.markdown_inline import Picture, normal_label, read_inline
from copydesk.extract.softbreaks import split_paragraph
from copydesk.extract.text import split_lines
from copydesk.extract.visible import visible_text
from copydesk.extract.wrapping import Line, wrap_width
from copydesk.records import BlockKind, Link, Page, Sidecar

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_UNDERLINED_CHARS = 250

_LINE_END = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_FRONT_MATTER = re.compile(r"---[ \t]*\n")
_FRONT_MATTER_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_FRONT_MATTER_KEY = re.compile(r"^[A-Za-z_][\w -]{0,60}:(?:\s|$)", re.MULTILINE)
_DELIMITER_ROW = re.compile(
    r"\|?(?:[ \t]{0,9}:?-{1,200}:?[ \t]{0,9}\|){1,200}(?:[ \t]{0,9}:?-{1,200}:?[ \t]{0,9})?"
)
_CONTAINER = re.compile(r"(?:[ \t]{0,80}(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))){0,60}[ \t]*")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_FENCE = re.compile(r"`{3,}|~{3,}")
_SILENT = re.compile(r"<!--|<script\b|<style\b", re.IGNORECASE)
_SILENT_ENDS = {
    "<!--": re.compile("-->"),
    "<script": re.compile(r"</script\s{0,9}>", re.IGNORECASE),
    "<style": re.compile(r"</style\s{0,9}>", re.IGNORECASE),
}
_CONTAINERS: dict[str, BlockKind] = {"list_item_open": "list_item", "blockquote_open": "blockquote"}


def extract_markdown(text: str, source_uri: str, sidecar: Sidecar, max_blocks: int) -> Page:
    """The document as blocks. A block's source span holds its text and the markup in between.

    Front matter gives a block of kind "preformatted" for each line; a table, one of kind "table_row" for
    each row, with " | " between its cells; an image, one of its own, after the text that it stands in unless
    it leads it.
    """
    reader = _Reader(text, max_blocks)
    reader.read()
    return Page(source_uri, "markdown", reader.blocks.finish(), sidecar=sidecar)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Indented code is left out: converters indent nested lists past it, and news has no code.
    return MarkdownIt("commonmark").disable(["inline", "code"])


class _Reader:
    def __init__(self, text: str, max_blocks: int) -> None:
        # One sign for each line end, so that offsets stay: "\r\n" keeps its two.
        self.text = _LINE_END.sub(lambda m: " \n" if len(m[0]) == 2 else "\n", text).replace("\x00", " ")
        self.blocks = BlockList(max_blocks)
        self.starts = [0]
        for match in re.finditer("\n", self.text):
            self.starts.append(match.end())
        self.starts.append(len(self.text) + 1)
        self.references: Mapping[str, str] = {}
        self.next_line = 0  # the first that no block has yet
        self.width: int | None = None

    def read(self) -> None:
        body = self._front_matter()
        env: dict[str, Any] = {}
        # Lines of front matter stay, blank, so that markdown-it counts from the same beginning.
        tokens = _parser().parse("\n" * body + self.text[self.starts[body] :], env)
        self.references = {
            normal_label(label): entry["href"] for label, entry in env.get("references", {}).items()
        }
        self.width = wrap_width([*split_lines(self.text)])
        self.next_line = body
        within: list[BlockKind] = []
        level = 0
        for token in tokens:
            if token.type in _CONTAINERS:
                within.append(_CONTAINERS[token.type])
            elif token.type in ("list_item_close", "blockquote_close"):
                within.pop()
            elif token.type == "heading_open":
                level = int(token.tag[1]) if token.markup[0] == "#" or _is_short(token, self.starts) else 0
            elif token.map and token.type in ("inline", "fence", "html_block", "hr"):
                self._skip_to(token.map[0])
                self._token(token, level, within[-1] if within else "paragraph")
                # The line below an underlined heading is no text of its own.
                self.next_line = token.map[1]
                level = 0
        self._skip_to(len(self.starts) - 1)

    def _front_matter(self) -> int:
        """The number of lines that front matter takes; its keys and values are blocks."""
        opening = _FRONT_MATTER.match(self.text)
        closing = _FRONT_MATTER_END.search(self.text, opening.end()) if opening else None
        if opening is None or closing is None:
            return 0
        inner = self.text[opening.end() : closing.start()]
        if not _FRONT_MATTER_KEY.search(inner):
            return 0
        for line in split_lines(inner, opening.end()):
            self._plain(line, "preformatted")
        return self.text.count("\n", 0, closing.end()) + 1

    def _skip_to(self, line: int) -> None:
        """Lines between two tokens: blank ones are counted, marks and link definitions show nothing,
        anything else was let go.
        """
        for number in range(self.next_line, line):
            start, end = self.starts[number], self.starts[number + 1] - 1
            raw = self.text[start:end]
            if not raw.strip():
                self.blocks.blank_lines += 1
                continue
            bare = _CONTAINER.match(raw)
            begin = bare.end() if bare else 0
            if any(map(str.isalnum, raw[begin:])) and not self._is_definition(raw[begin:]):
                self._group([_line(raw[begin:], start + begin)], "paragraph")
        self.next_line = max(self.next_line, line)

    def _is_definition(self, raw: str) -> bool:
        label, sign, _ = raw.partition("]:")
        return bool(sign) and label.startswith("[") and normal_label(label[1:]) in self.references

    def _token(self, token: Token, level: int, kind: BlockKind) -> None:
        first, behind = token.map or (0, 0)
        start, end = self.starts[first], self.starts[behind] - 1
        if token.type == "fence":
            for line in split_lines(self.text[start:end], start):
                if not _FENCE.match(line.text):
                    self._plain(line, "preformatted")
        elif token.type == "html_block":
            for line in split_lines(_without_silent_html(self.text[start:end]), start):
                self.blocks.blank_lines += line.blank_before
                self._group([line], kind)
        elif token.type == "inline":
            lines = [*self._content_lines(token.content, first)]
            if not lines:
                return
            if level:
                self._group(lines, "heading", level)
            elif len(lines) > 1 and (
                _DELIMITER_ROW.fullmatch(lines[1].text) or _DELIMITER_ROW.fullmatch(lines[0].text)
            ):
                for line in lines:
                    self._row(line)
            else:
                for group in split_paragraph(lines, self.width):
                    self._group(group, kind)

    def _content_lines(self, content: str, first: int) -> Iterator[Line]:
        """The lines of a token's content, without the marks of lists and quotes, at their places in the
        source.
        """
        for number, part in enumerate(content.split("\n"), start=first):
            if shown := part.strip():
                start, end = self.starts[number], self.starts[number + 1] - 1
                found = self.text.rfind(shown, start, end)
                hard = part.endswith(("  ", "\\")) or self.text[start:end].endswith(("   ", "  ", "\\"))
                yield Line(
                    start if found < 0 else found,
                    end if found < 0 else found + len(shown),
                    shown,
                    0,
                    int(hard),
                )

    def _plain(self, line: Line, kind: BlockKind) -> None:
        shown = visible_text(line.text)
        self.blocks.blank_lines += line.blank_before
        self.blocks.add(shown, kind, line.start, line.end, links=bare_links(shown))

    def _row(self, line: Line) -> None:
        if _DELIMITER_ROW.fullmatch(line.text):
            return
        cells = [stripped for cell in _CELL_BORDER.split(line.text.strip("|")) if (stripped := cell.strip())]
        # A row of one cell lays out a page, as a rule: it is what the cell is.
        self._group([line], "table_row" if len(cells) > 1 else "paragraph", source=" | ".join(cells))

    def _group(
        self, lines: Sequence[Line], kind: BlockKind, level: int = 0, source: str | None = None
    ) -> None:
        """One block, and one for each image in it."""
        if source is None:
            source = "\n".join(line.text for line in lines)
        inline = read_inline(source, self.references)
        start, end = lines[0].start, lines[-1].end
        for picture in inline.pictures:
            if picture.leads:
                self._picture(picture, lines)
        self.blocks.add(inline.text, kind, start, end, level=level, links=inline.links, bold=inline.bold)
        for picture in inline.pictures:
            if not picture.leads:
                self._picture(picture, lines)

    def _picture(self, picture: Picture, lines: Sequence[Line]) -> None:
        start, end = _place(lines, picture.start), _place(lines, picture.end)
        links = (
            (Link(picture.alt, picture.href, 0, len(picture.alt)),) if picture.href and picture.alt else ()
        )
        self.blocks.add(picture.alt, "image", start, end, links=links, image=picture.image)


def _is_short(token: Token, starts: Sequence[int]) -> bool:
    """A paragraph with a rule right below it reads as an underlined heading; headings are short."""
    first, behind = token.map or (0, 0)
    return starts[behind] - starts[first] <= MAX_UNDERLINED_CHARS


def _line(raw: str, start: int) -> Line:
    shown = raw.strip()
    start += raw.index(shown[0])
    return Line(start, start + len(shown), shown, 0, 0)


def _place(lines: Sequence[Line], at: int) -> int:
    """Where in the source a place in the joined lines is."""
    for line in lines:
        if at <= len(line.text):
            return min(line.start + at, line.end)
        at -= len(line.text) + 1
    return lines[-1].end


def _without_silent_html(source: str) -> str:
    """Scripts, styles and comments blanked out, so that all else keeps its place."""
    parts: list[str] = []
    at = 0
    while opening := _SILENT.search(source, at):
        closing = _SILENT_ENDS[opening[0].lower()].search(source, opening.end())
        if (
            closing is None and opening[0] == "<!--"
        ):  # browsers hide all that follows; we would rather show it
            return "".join(parts) + source[at:].replace("<!--", "    ")
        end = closing.end() if closing else len(source)
        parts += [source[at : opening.start()], re.sub(r"[^\n]", " ", source[opening.start() : end])]
        at = end
    return "".join(parts) + source[at:]
