"""What the commands show in the terminal: documents block by block, quotes, rules, the data dictionary.

Everything that stems from a page goes through `plain` into `Text`, never through markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from copydesk.errors import UsageError
from copydesk.report.shared import split_edits
from flows.console import plain

if TYPE_CHECKING:
    from rich.console import Console

    from copydesk.inspection import Cluster, Field, Inspection, Mark, Piece, Said
    from copydesk.inspection_samples import Samples
    from copydesk.report.ledger import RuleCount

KEPT, CUT, QUOTED, FAINT = "green", "red", "bold cyan", "dim"
INDENT = 6


# ---------------------------------------------------------------- inspect
def print_inspection(inspection: Inspection, to: Console) -> None:
    """A document: what it is, its fields with evidence, its blocks in order."""
    source = inspection.source
    to.print(Text(plain(source["source_uri"]), style="bold"))
    facts = [source["status"], source["format"], source["encoding"], source["article_id"]]
    to.print(Text(" · ".join(plain(fact) for fact in facts if fact), style=FAINT))
    if source["message"]:
        to.print(Text(plain(f"{source['stage']}/{source['error']}: {source['message']}"), style=CUT))
    if inspection.fields:
        to.print()
        to.print(_fields_table(inspection.fields))
    to.print()
    for piece in inspection.pieces:
        _print_piece(piece, to)
    kept = sum(piece.kept for piece in inspection.pieces)
    to.print(Text(f"{kept} blocks kept, {len(inspection.pieces) - kept} removed", style=FAINT))


def _fields_table(fields: Sequence[Field]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style=FAINT)
    table.add_column("field", no_wrap=True)
    table.add_column("value", ratio=1)
    table.add_column("found in", style=FAINT)
    for field in fields:
        table.add_row(field.name, Text(plain(field.value)), Text(plain(field.evidence or "")))
    return table


def _print_piece(piece: Piece, to: Console) -> None:
    head = Text(f"{piece.block:>4}  ", style=FAINT)
    if piece.kept:
        head.append(f"kept     {piece.label}", style=KEPT)
    else:
        head.append(f"removed  {piece.label}", style=CUT)
        fed = f" -> {plain(piece.field)}" if piece.field else ""
        head.append(f"  {plain(piece.rule)}{fed}", style=FAINT)
    to.print(head)
    text = _marked_text(piece) if piece.kept else Text(plain(piece.text), style=FAINT)
    to.print(Padding(text, (0, 0, 0, INDENT)))
    for number, mark in enumerate(piece.marks, start=1):
        to.print(Padding(Text(f"[{number}] {_describe_mark(mark)}", style=QUOTED), (0, 0, 0, INDENT + 2)))
    to.print()


def _marked_text(piece: Piece) -> Text:
    """The block's text, each quote set off and numbered where it ends; one may stand inside another."""
    text = Text()
    ends: dict[int, list[int]] = {}
    for number, mark in enumerate(piece.marks, start=1):
        ends.setdefault(mark.char_end, []).append(number)
    cuts = sorted({0, len(piece.text), *(m.char_start for m in piece.marks), *ends})
    for start, end in zip(cuts, [*cuts[1:], len(piece.text)], strict=True):
        for number in ends.get(start, ()):
            text.append(f"[{number}]", style=FAINT)
        quoted = any(mark.char_start <= start < mark.char_end for mark in piece.marks)
        text.append(plain(piece.text[start:end]), style=QUOTED if quoted else "")
    return text


def _describe_mark(mark: Mark) -> str:
    who = mark.speaker or ("nobody: a term" if mark.kind == "term" else "speaker unsettled")
    printed = f", printed as {mark.mention!r}" if mark.mention and mark.mention != mark.speaker else ""
    cue = f", cue {mark.cue!r}" if mark.cue else ""
    return plain(f"{mark.kind}: {who}{printed}{cue}, confidence {mark.confidence:.2f}")


def print_samples(samples: Samples, to: Console) -> None:
    """Blocks of one label or rule, each with where it stood; how many there are in all."""
    for sample in samples.samples:
        to.print(Text(plain(sample.text) or "(no text: an image)"))
        facts = [sample.label, sample.rule, f"{sample.source_uri} block {sample.block}"]
        if sample.alike > 1:
            facts.append(f"{sample.alike:,} blocks of this text")
        to.print(Padding(Text(plain(" · ".join(f for f in facts if f)), style=FAINT), (0, 0, 1, 4)))
    if not samples.blocks:
        to.print(Text("no such block here", style=FAINT))
        return
    counted = f"{len(samples.samples)} shown of {samples.blocks:,} blocks in {samples.documents:,} documents"
    to.print(Text(counted, style="bold"))
    if len(samples.rules) > 1:
        rules = ", ".join(f"{rule} {fired:,}" for rule, fired in samples.rules)
        to.print(Padding(Text(plain(rules), style=FAINT), (0, 0, 0, 2)))


# ---------------------------------------------------------------- quotes
def print_quotes(quotes: Iterable[Said], to: Console) -> None:
    """Who said what, a speaker's quotes under one another."""
    speaker: object = object()
    count = 0
    for quote in quotes:
        if quote.speaker != speaker:
            if count:
                to.print()
            speaker = quote.speaker
            to.print(Text(plain(quote.speaker or "(speaker unsettled)"), style="bold"))
        count += 1
        to.print(Padding(Text(plain(quote.text)), (0, 0, 0, 2)))
        shared = f"cluster {quote.cluster_id}" if quote.cluster_id else None
        to.print(Padding(Text(_where(quote, quote.kind, shared), style=FAINT), (0, 0, 0, 4)))
    to.print(Text(f"{count} quotes" if count else "no quotes", style=FAINT))


def _where(quote: Said, first: str, last: str | None = None) -> str:
    parts = [first, quote.outlet, quote.published_on, quote.headline, quote.article_id, last]
    return plain(" · ".join(part for part in parts if part))


def print_cluster(cluster: Cluster, to: Console) -> None:
    """One utterance: the canonical wording, then how each article words it, with what it changes."""
    to.print(Text(plain(cluster.speaker or "(speaker unsettled)"), style="bold"))
    to.print(Padding(Text(plain(cluster.wording)), (0, 0, 0, 2)))
    to.print()
    for version in cluster.versions:
        if version.edits is not None:
            to.print(Padding(_edits_text(version.edits), (0, 0, 0, 2)))
        to.print(Padding(Text(_where(version.said, version.relation), style=FAINT), (0, 0, 0, 4)))
    counted = f"{len(cluster.versions)} quotes in {cluster.article_count} articles, {cluster.outlet_count} outlets known"
    to.print(Text(counted, style=FAINT))


def _edits_text(edits: str) -> Text:
    """The edits with what was left out and put in set off by colour; the brackets stay for those who see none."""
    shown = {"same": ("{}", ""), "left_out": ("[-{}-]", CUT), "put_in": ("{{+{}+}}", KEPT)}
    text = Text()
    for part in split_edits(plain(edits)):
        form, style = shown[part.kind]
        text.append(form.format(part.text), style=style)
    return text


# ---------------------------------------------------------------- rules
def print_rules(rules: Sequence[RuleCount], counted: bool, to: Console) -> None:
    """A line a rule; with counts where a snapshot was counted, and at the end those that never fired."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style=FAINT)
    if counted:
        table.add_column("fired", justify="right")
    table.add_column("label", no_wrap=True)
    table.add_column("rule", overflow="fold")
    table.add_column("why", ratio=1, style=FAINT)
    silent = [rule for rule in rules if counted and not rule.fired]
    for rule in rules:
        if not counted or rule.fired:
            count = [f"{rule.fired:,}"] if counted else []
            table.add_row(*count, rule.label, plain(rule.id), plain(rule.why))
    to.print(table)
    if silent:
        to.print()
        to.print(Text(f"{len(silent)} rules never fired here:", style="bold"))
        to.print(Padding(Text(plain(", ".join(rule.id for rule in silent)), style=FAINT), (0, 0, 0, 2)))


# ---------------------------------------------------------------- schema
def print_schema(table: str | None, to: Console) -> None:
    """The data dictionary from the contracts: all tables in a line each, or one with its columns.

    Raises UsageError for a table that does not exist.
    """
    from copydesk.check.contracts import TABLES, load_contract

    known = [name for name in TABLES if table in (None, name)]
    if not known:
        raise UsageError(f"expected one of the tables {', '.join(TABLES)}, found {table!r}")
    if table is None:
        overview = Table(box=None, padding=(0, 2, 0, 0), header_style=FAINT)
        overview.add_column("table", no_wrap=True, style="bold")
        overview.add_column("columns", justify="right")
        overview.add_column("what a row is", ratio=1)
        for name in known:
            contract = load_contract(name)
            overview.add_row(name, str(len(contract.columns)), contract.purpose)
        to.print(overview)
        to.print(Text("copydesk schema TABLE shows the columns of one", style=FAINT))
        return
    contract = load_contract(known[0])
    for style, text in (
        ("bold", contract.table),
        ("", contract.purpose),
        ("", contract.usage),
        (FAINT, contract.order),
    ):
        to.print(Text(text, style=style))
    to.print()
    columns = Table(box=None, padding=(0, 2, 0, 0), header_style=FAINT)
    columns.add_column("column", no_wrap=True, style="bold")
    columns.add_column("type", overflow="fold")
    columns.add_column("null", no_wrap=True)
    columns.add_column("meaning", ratio=1)
    for column in contract.columns:
        meaning = Text(column.description)
        if column.vocabulary:
            meaning.append(f" One of: {', '.join(column.vocabulary)}.", style=FAINT)
        columns.add_row(column.name, column.type, "may be" if column.nullable else "", meaning)
    to.print(columns)
