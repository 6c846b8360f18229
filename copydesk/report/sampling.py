"""A seeded sample of each table, as CSV files for a person who marks rows right or wrong.

The draw depends on the seed and the rows' keys alone, so the same tables give the same sample. A cell that a spreadsheet
would take for a formula is kept as text by an apostrophe before it; nothing in it is changed otherwise.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from copydesk.errors import RunError
from copydesk.report.reading import Tables

ROWS = 100
CELL_CHARS = 600
CONTEXT_CHARS = 300
# What spreadsheets act on at the beginning of a cell (OWASP, "CSV injection"); the last four are wide forms of the first.
_FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MARK, NOTE, TABLE, SNAPSHOT, SEED, STRATUM = "mark", "note", "table", "snapshot_id", "seed", "of"


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked of a row of one table, and what of it she needs to see."""

    table: str
    asks: str
    key: tuple[str, ...]
    stratum: str  # an expression of SQL; precision is given for each of its values too
    shows: tuple[tuple[str, str], ...]  # heading, expression of SQL
    place: str  # in SQL, with the table as t


_DAY = "CAST(make_timestamp(epoch_us({})) AS VARCHAR)"
QUESTIONS: tuple[Question, ...] = (
    Question(
        "articles",
        "Are headline, authors, date and outlet what the page says, and is the text the whole story and nothing else?",
        ("article_id",),
        "coalesce(t.language, 'unknown')",
        (
            ("source_uri", "t.source_uri"), ("url", "t.url"), ("outlet", "t.outlet"), ("headline", "t.headline"),
            ("authors", "array_to_string(t.authors, '; ')"), ("published_at", _DAY.format("t.published_at")),
            ("published_raw", "t.published_raw"), ("word_count", "t.word_count"),
            ("text_begins", f"substr(t.text, 1, {CONTEXT_CHARS})"), ("text_ends", f"right(t.text, {CONTEXT_CHARS})"),
        ),
        "articles t",
    ),
    Question(
        "paragraphs",
        "Is this a part of the story as its author wrote it?",
        ("paragraph_id",),
        "t.role",
        (
            ("source_uri", "a.source_uri"), ("article_id", "t.article_id"), ("role", "t.role"), ("position", "t.position"),
            ("headline", "a.headline"), ("text", "t.text"),
        ),
        "paragraphs t JOIN articles a ON a.article_id = t.article_id",
    ),
    Question(
        "quotes",
        "Is this said by this speaker (or, without one, does the article leave it open)?",
        ("quote_id",),
        "t.kind",
        (
            ("source_uri", "a.source_uri"), ("article_id", "t.article_id"), ("kind", "t.kind"), ("text", "t.text"),
            ("speaker", "t.speaker"), ("speaker_mention", "t.speaker_mention"), ("speaker_role", "t.speaker_role"),
            ("cue", "t.cue"), ("attribution", "t.attribution"), ("confidence", "t.confidence"), ("paragraph", "p.text"),
        ),
        "quotes t JOIN articles a ON a.article_id = t.article_id LEFT JOIN paragraphs p ON p.paragraph_id = t.paragraph_id",
    ),
    Question(
        "removals",
        "Is this no part of the story, and is the label right?",
        ("source_uri", "block"),
        "t.label",
        (
            ("article_id", "t.article_id"), ("label", "t.label"), ("rule", "t.rule"), ("field", "t.field"),
            ("text", "t.text"),
        ),
        "removals t",
    ),
    Question(
        "quote_clusters",
        "Do both wordings report the same utterance?",
        ("quote_id",),
        "t.relation",
        (
            ("cluster_id", "t.cluster_id"), ("article_id", "q.article_id"), ("relation", "t.relation"),
            ("speaker", "q.speaker"), ("text", "q.text"), ("wording", "t.wording"),
        ),
        "quote_clusters t LEFT JOIN quotes q ON q.quote_id = t.quote_id",
    ),
    Question(
        "stories",
        "Are these articles about one event?",
        ("story_id",),
        "CASE WHEN t.article_count > 5 THEN 'more than 5 articles' ELSE '2 to 5 articles' END",
        (
            ("article_count", "t.article_count"), ("outlet_count", "t.outlet_count"),
            ("headlines", "(SELECT string_agg(coalesce(a.outlet, '?') || ': ' || coalesce(a.headline, '?'), ' | ' ORDER BY "
             "a.article_id) FROM articles a WHERE a.story_id = t.story_id)"),
        ),
        "stories t",
    ),
    Question(
        "sources",
        "Is this what should have become of the document?",
        ("source_uri",),
        "t.status",
        (
            ("status", "t.status"), ("format", "t.format"), ("article_id", "t.article_id"), ("stage", "t.stage"),
            ("error", "t.error"), ("message", "t.message"),
        ),
        "sources t",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows of one table to be marked."""

    question: Question
    seed: int
    rows: int
    of_rows: int
    csv: str

    @property
    def file(self) -> str:
        return f"{self.question.table}.csv"


def draw_samples(tables: Tables, snapshot_id: str, seed: int = 1) -> tuple[Sample, ...]:
    """A sample of each table that has rows."""
    drawn = (_draw(question, tables, snapshot_id, seed) for question in QUESTIONS)
    return tuple(sample for sample in drawn if sample.rows)


def _draw(question: Question, tables: Tables, snapshot_id: str, seed: int) -> Sample:
    key = ", ".join(question.key)
    lot = f"md5(concat_ws('#', ?, {key}))"  # not hash(), which another version of the database may compute otherwise
    # The keys are drawn first, so that the texts of a hundred rows are read and not those of the whole table.
    tables.rows(
        f"CREATE OR REPLACE TEMP TABLE drawn AS SELECT {key}, {lot} AS lot FROM {question.table} ORDER BY lot, {key} "
        f"LIMIT {ROWS}",
        str(seed),
    )
    shown = ", ".join(f"substr(CAST({sql} AS VARCHAR), 1, {CELL_CHARS + 1})" for _, sql in question.shows)
    keys = ", ".join(f"CAST(t.{name} AS VARCHAR)" for name in question.key)
    matches = " AND ".join(f"drawn.{name} = t.{name}" for name in question.key)
    rows = tables.rows(
        f"SELECT {question.stratum}, {keys}, {shown} FROM {question.place} JOIN drawn ON {matches} ORDER BY drawn.lot"
    )
    (total,) = tables.one(f"SELECT count(*) FROM {question.table}")
    head = (MARK, NOTE, TABLE, SNAPSHOT, SEED, STRATUM, *question.key, *(name for name, _ in question.shows))
    body = (("", "", question.table, snapshot_id, str(seed), *row) for row in rows)
    return Sample(question, seed, len(rows), total, write_csv(head, body))


def write_csv(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV that a spreadsheet shows and does not run; None is an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def safe_cell(value: object) -> str:
    """A cell that shows what it holds and never acts: "=1+1" becomes "'=1+1"."""
    text = "" if value is None else str(value)
    text = _UNSAFE.sub("\ufffd", text if len(text) <= CELL_CHARS else text[: CELL_CHARS - 1] + "…")
    return f"'{text}" if _FORMULA.match(text) else text


def write_files(samples: Iterable[Sample], folder: Path) -> tuple[Path, ...]:
    """Write a file a table into the folder, which is made where it is missing. Raises RunError where that fails."""
    from copydesk.report.files import write_whole

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(
            f"expected a folder for the sample at {folder}, found: {error.strerror or error}"
        ) from error
    paths = []
    for sample in samples:
        path = folder / sample.file
        # Spreadsheets take a file for UTF-8 where it begins with the mark.
        write_whole(path, "\ufeff" + sample.csv)
        paths.append(path)
    return tuple(paths)
