"""croissant.json: the release for machines, in Croissant 1.1 (MLCommons): each table a RecordSet with its key and references."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from copydesk.release import words
from copydesk.release.about import About
from copydesk.release.card import LICENCE_NAME
from copydesk.release.citation import render_bibtex, version_of
from copydesk.release.facts import Facts
from copydesk.release.layout import table_path
from copydesk.release.shape import ReleasedColumn, Shape

if TYPE_CHECKING:
    import pyarrow as pa

CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
PARQUET = "application/x-parquet"
_CR = """arrayShape citeAs column containedIn equivalentProperty extract field fileProperty fileObject fileSet format includes
    isArray isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator
    source subField transform""".split()
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    **{term: f"cr:{term}" for term in _CR},
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
}
TYPES = {
    "string": "sc:Text",
    "int64": "sc:Integer",
    "double": "sc:Float",
    "bool": "sc:Boolean",
    "timestamp[us, tz=UTC]": "sc:DateTime",
}


def render_croissant(
    title: str,
    facts: Facts,
    about: About,
    shapes: Sequence[Shape],
    files: Mapping[str, tuple[int, str]],
    description: str,
) -> str:
    """The description as JSON-LD; `files` gives bytes and SHA-256 of each table's file."""
    references = _references(shapes)
    content: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": title,
        "description": description,
        "license": about.licence or LICENCE_NAME,
        "version": version_of(facts, about),
        "datePublished": words.day(facts.built_at),
        "creator": [{"@type": "sc:Organization", "name": name} for name in about.authors],
        "keywords": list(about.keywords or ("news", "quotations")),
        "inLanguage": list(facts.languages),
        "citeAs": render_bibtex(title, facts, about),
        "isLiveDataset": False,
        "rai:dataCollection": "Read by copydesk from files of news pages that the holder of the corpus had.",
        "rai:personalSensitiveInformation": "Names of authors and of the people whom articles quote, as printed.",
        "rai:dataLimitations": "Labels, dates and speakers are read by rules and a small model; some are wrong.",
        "distribution": [_file(shape, files) for shape in shapes],
        "recordSet": [_record_set(shape, references) for shape in shapes],
    }
    if about.url is not None:
        content["url"] = about.url
    content = {key: value for key, value in content.items() if value != []}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _file(shape: Shape, files: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    size, digest = files[shape.table]
    return {
        "@type": "cr:FileObject",
        "@id": _file_id(shape),
        "name": f"{shape.table}.parquet",
        "description": shape.contract.order,
        "contentUrl": table_path(shape.table),
        "contentSize": f"{size} B",
        "encodingFormat": PARQUET,
        "sha256": digest,
    }


def _references(shapes: Sequence[Shape]) -> dict[tuple[str, str], str]:
    """(table, column) -> the "table/column" that it refers to, for references to a key.

    Readers join along references, so that a circle of them has no beginning: of articles, which name their document, and sources,
    which name their article, the later one is left to the contracts.
    """
    keys = {f"{shape.table}.{shape.contract.key[0]}" for shape in shapes if len(shape.contract.key) == 1}
    kept: dict[tuple[str, str], str] = {}
    reached: dict[str, set[str]] = {shape.table: {shape.table} for shape in shapes}
    for shape in shapes:
        for column in shape.contract.columns:
            if column.reference not in keys or column.reference is None:
                continue
            other = column.reference.split(".")[0]
            if shape.table in reached[other]:
                continue
            kept[shape.table, column.name] = column.reference.replace(".", "/")
            for known in reached.values():
                if shape.table in known:
                    known |= reached[other]
    return kept


def _record_set(shape: Shape, references: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    key = [{"@id": f"{shape.table}/{name}"} for name in shape.contract.key]
    return {
        "@type": "cr:RecordSet",
        "@id": shape.table,
        "name": shape.table,
        "description": f"{shape.contract.purpose} {shape.contract.grain}",
        "key": key[0] if len(key) == 1 else key,
        "field": list(_fields(shape, references)),
    }


def _fields(shape: Shape, references: Mapping[tuple[str, str], str]) -> Iterator[dict[str, Any]]:
    for column, arrow in zip(shape.columns, shape.schema, strict=True):
        described = {
            "@type": "cr:Field",
            "@id": f"{shape.table}/{column.name}",
            "name": column.name,
            "description": column.description,
            **_form(shape, column, arrow.type),
        }
        if (target := references.get((shape.table, column.name))) is not None:
            described["references"] = {"field": {"@id": target}}
        yield described


def _form(shape: Shape, column: ReleasedColumn, kind: pa.DataType) -> dict[str, Any]:
    """Type and source of a column; a list of records has a sub-field for each of their values."""
    import pyarrow as pa

    source = {"fileObject": {"@id": _file_id(shape)}, "extract": {"column": column.name}}
    form: dict[str, Any] = {"source": source}
    if pa.types.is_list(kind):
        form |= {"isArray": True, "arrayShape": "-1"}
        kind = kind.value_type
    if pa.types.is_struct(kind):
        form["subField"] = [
            {
                "@type": "cr:Field",
                "@id": f"{shape.table}/{column.name}/{part.name}",
                "name": part.name,
                "dataType": TYPES[str(part.type)],
                "source": {**source, "transform": {"jsonPath": part.name}},
            }
            for part in kind
        ]
        return form
    return {"dataType": TYPES[str(kind)], **form}


def _file_id(shape: Shape) -> str:
    return f"{shape.table}.parquet"
