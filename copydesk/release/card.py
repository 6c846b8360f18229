"""README.md: the data set card, with the header that the Hugging Face Hub and `datasets` read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from copydesk.release import words
from copydesk.release.about import About
from copydesk.release.citation import render_bibtex
from copydesk.release.datasheet import licence, text_policy
from copydesk.release.facts import FIELDS, NO_OUTLET, Facts
from copydesk.release.layout import table_path
from copydesk.release.shape import Shape

LICENCE_NAME = "rights-of-the-outlets"
MOST_OUTLETS = 30  # on the card; RIGHTS.md has them all


def describe_data_set(facts: Facts, about: About) -> str:
    """The data set in a sentence or two: the holder's, else counted."""
    if about.description is not None:
        return about.description
    outlets = [outlet for outlet in facts.outlets if outlet.name != NO_OUTLET]
    return (
        f"{facts.articles:,} news articles of {len(outlets):,} outlets, published {words.period(facts)}: cleaned text, "
        f"{sum(facts.quotes.values()):,} attributed quotes, and every removed line with the reason."
    )


def render_card(
    title: str, facts: Facts, about: About, shapes: Sequence[Shape], *, without_text: bool
) -> str:
    """The card: YAML header, then Markdown."""
    import yaml

    header = yaml.safe_dump(
        _header(title, facts, about, shapes), sort_keys=False, allow_unicode=True, width=120
    )
    sections = (
        f"# {words.cell(title)}",
        words.cell(describe_data_set(facts, about)),
        text_policy(without_text),
        "## Tables",
        _tables(facts, shapes),
        "Every column is described in `contracts/`. Timestamps are UTC; offsets count Unicode code points and are half-open; "
        "null means that the page does not say.",
        "## Read it",
        _reading(without_text),
        "## What is in it",
        _contents(facts),
        "## Rights",
        f"{licence(about)} [RIGHTS.md](RIGHTS.md) has a row an outlet.",
        "## How it was made",
        f"{words.versions(facts)} {words.audit(facts)} [DATASHEET.md](DATASHEET.md) answers the questions of *Datasheets for "
        "Datasets*; `croissant.json` describes the files for machines; `sha256sum -c SHA256SUMS` checks them.",
        "## How to cite it",
        f"[CITATION.cff](CITATION.cff), or\n\n```bibtex\n{render_bibtex(title, facts, about)}\n```",
    )
    return f"---\n{header}---\n\n" + "\n\n".join(sections) + "\n"


def _header(title: str, facts: Facts, about: About, shapes: Sequence[Shape]) -> dict[str, Any]:
    languages = list(facts.languages)
    regional = [code for code in languages if "-" in code]
    header: dict[str, Any] = {
        "pretty_name": title,
        "license": about.licence.lower() if about.licence else "other",
        **({} if about.licence else {"license_name": LICENCE_NAME, "license_link": "RIGHTS.md"}),
        "language": sorted({code.split("-")[0] for code in languages}),
        **({"language_bcp47": regional} if regional else {}),
        "size_categories": [words.size_category(facts.articles)],
        "tags": sorted({"news", "quotations", "copydesk", *about.keywords}),
        "configs": [
            {"config_name": shape.table, "data_files": table_path(shape.table)}
            | ({"default": True} if shape.table == "articles" else {})
            for shape in shapes
        ],
    }
    return {key: value for key, value in header.items() if value}


def _tables(facts: Facts, shapes: Sequence[Shape]) -> str:
    heads = ["table", "one row", "rows", "key"]
    if any(shape.withheld for shape in shapes):
        heads.append("left out")
    lines = [_row(heads), "|---" * len(heads) + "|"]
    for shape in shapes:
        cells = [
            f"`{shape.table}`",
            words.cell(shape.contract.grain),
            f"{facts.rows[shape.table]:,}",
            _names(shape.contract.key),
            _names(shape.withheld),
        ]
        lines.append(_row(cells[: len(heads)]))
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _reading(without_text: bool) -> str:
    said = "text_sha256" if without_text else "text"
    examples = (
        "```python\nimport datasets\nquotes = datasets.load_dataset(\"PATH_OR_NAME\", \"quotes\", split=\"train\")\n```",
        "```python\nimport pandas\nquotes = pandas.read_parquet(\"data/quotes.parquet\")\n"
        "articles = pandas.read_parquet(\"data/articles.parquet\", columns=[\"article_id\", \"outlet\", \"published_at\"])\n"
        f"said = quotes.merge(articles)[[\"outlet\", \"speaker\", \"{said}\"]]\n```",
        "```sql\n-- DuckDB\nSELECT outlet, speaker, count(*)\n"
        "FROM 'data/quotes.parquet' JOIN 'data/articles.parquet' USING (article_id)\nGROUP BY ALL ORDER BY 3 DESC;\n```",
    )  # fmt: skip
    lines = list(examples)
    if without_text:
        lines.append(
            "With raw files of the same pages, the text can be filled in again, proved equal by hash:\n\n"
            "```console\n$ copydesk rehydrate THIS_FOLDER RAW... --out with-text\n```"
        )
    return "\n\n".join(lines)


def _contents(facts: Facts) -> str:
    outlets = [
        f"| {words.cell(o.name)} | {o.articles:,} | {words.period(o) if o.first else ''} |"
        for o in facts.outlets
    ]
    more = len(outlets) - MOST_OUTLETS
    quotes = sum(facts.quotes.values())
    return "\n".join(
        [
            f"- Documents: {words.listed(facts.documents)}.",
            f"- Articles by language: {words.listed(facts.languages)}.",
            f"- Articles of which the page does not state it: {_missing(facts.missing)}.",
            f"- Quotes: {words.listed(facts.quotes)}; {words.share(facts.quotes_with_speaker, quotes)} have a speaker.",
            f"- Copies of another article's text, marked in `duplicate_group`: {words.listed(facts.duplicates)}.",
            f"- Removed: {100 * facts.removed_share:.0f} % of the words of a document on average, "
            f"in {facts.rows['removals']:,} blocks.",
            "",
            "| outlet | articles | published |",
            "|---|---|---|",
            *outlets[:MOST_OUTLETS],
            *([f"\nand {more:,} more, in [RIGHTS.md](RIGHTS.md)."] if more > 0 else []),
        ]
    )


def _missing(missing: Mapping[str, int]) -> str:
    return ", ".join(f"`{name}` {missing[name]:,}" for name in FIELDS)
