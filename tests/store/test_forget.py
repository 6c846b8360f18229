"""What is taken down stays down, and nothing of it is left on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from fakes.newsdesk import TINY, page, tiny_build, write_pages
from fakes.tables import rows_of

import copydesk
from copydesk.errors import RunError, UsageError
from copydesk.forget import forget
from copydesk.publish.layout import snapshots
from copydesk.store import forgotten

SECRET = "The name of the harbour pilot was printed by mistake."


@pytest.fixture
def corpus(tmp_path):
    source = write_pages(tmp_path / "in", 3, told=page(50, f"{SECRET}\n"), again=page(50, f"{SECRET}\n"))
    tiny_build(source, tmp_path / "out")
    (source / "told.txt").write_text(page(50, f"{SECRET} It was taken back.\n"))
    (source / "told.meta.json").write_text('{"fetched_at": "2024-03-05T06:00:00Z"}')
    tiny_build(source, tmp_path / "out")
    return source, tmp_path / "out"


def traces_of(out: Path, text: str) -> list[str]:
    """Files of OUT in which the text stands, packed or not."""
    found = [path.name for path in out.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]
    for snapshot in snapshots(out):
        tables = copydesk.load(out, snapshot=snapshot)
        found += [snapshot for table in tables if text in table.to_csv()]
    for segment in (out / ".store" / "segments").iterdir():
        with pa.OSFile(str(segment)) as file, pa.ipc.open_file(file) as reader:
            if text in str(reader.read_all().to_pylist()):
                found.append(segment.name)
    return found


def test_every_name_of_a_document_takes_it_down(corpus, tmp_path):
    _, out = corpus
    article = copydesk.load(out, tables="articles").articles.query("source_uri == 'told.txt'").iloc[0]
    with pytest.raises(UsageError, match=r"nobody\.txt"):
        forget(out, ["told.txt", "nobody.txt"], TINY)
    assert SECRET in copydesk.load(out).articles["text"].str.cat()
    summary = forget(out, [article["url"]], TINY)
    assert summary.sources_by_status == {"article": 3, "skipped": 2}
    assert traces_of(out, SECRET) == []
    sources = copydesk.load(out, tables="sources").sources.set_index("source_uri")
    assert set(sources.loc[["told.txt", "again.txt"], "error"]) == {"forgotten"}
    assert len(snapshots(out)) == 1


@pytest.mark.parametrize("name", ["told.txt", "id"])
def test_no_rebuild_brings_it_back(corpus, tmp_path, name):
    source, out = corpus
    if name == "id":
        articles = copydesk.load(out, tables="articles").articles
        name = articles.set_index("source_uri").loc["told.txt", "article_id"]
    forget(out, [name], TINY)
    left = rows_of(out)
    assert tiny_build(source, out).status == "unchanged"
    # under another name, with other content of the same URL, and with everything edited again
    (source / "copy.txt").write_text(page(50, f"{SECRET}\n"))
    (source / "third.txt").write_text(page(50, f"{SECRET} Once more.\n"))
    tiny_build(source, out, limits=replace(TINY.limits, max_blocks=49_000))
    assert traces_of(out, SECRET) == []
    assert rows_of(out)["articles"] == left["articles"]
    sources = copydesk.load(out, tables="sources").sources
    assert (sources["error"] == "forgotten").sum() == 4


def test_a_forget_that_was_killed_is_finished_by_the_next_run(corpus, monkeypatch):
    source, out = corpus

    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("copydesk.forget.emptied", dies)
        patch.setattr("copydesk.forget._blank", dies)
        with pytest.raises(KeyboardInterrupt):
            forget(out, ["told.txt"], TINY)
    assert traces_of(out, SECRET)
    assert tiny_build(source, out).status == "published"
    assert traces_of(out, SECRET) == []


def test_a_list_that_cannot_be_read_stops_the_run(corpus):
    source, out = corpus
    forget(out, ["told.txt"], TINY)
    (out / ".store" / forgotten.FILE).write_text("{")
    with pytest.raises(RunError, match=r"forgotten\.json"):
        tiny_build(source, out)


def test_a_folder_without_tables_has_nothing_to_forget(tmp_path):
    with pytest.raises(RunError, match="found nothing"):
        forget(tmp_path / "out", ["a.txt"], TINY)
    assert not (tmp_path / "out").exists()
