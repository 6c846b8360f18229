"""Releases on S3: a real server on this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fakes.object_store import new_bucket, s3_server

from copydesk.errors import RunError, UsageError
from copydesk.rehydrate import rehydrate
from copydesk.release import write_release
from copydesk.snapshot import open_snapshot

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture
def place() -> Iterator[tuple[Any, str]]:
    """A client, and an empty bucket's name."""
    with s3_server():
        yield new_bucket()


def test_a_release_on_a_store_is_the_one_on_disk(
    sample_out: Path, bare: Path, place: tuple[Any, str], tmp_path: Path
) -> None:
    store, bucket = place
    to = f"s3://{bucket}/velmora/1.0"
    write_release(open_snapshot(sample_out), to, title="Velmora bridge", without_text=True)
    store.get(f"{bucket}/velmora/1.0", str(tmp_path / "got"), recursive=True)
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path / "got", check=False
    )
    assert done.returncode == 0
    assert (tmp_path / "got" / "SHA256SUMS").read_bytes() == (bare / "SHA256SUMS").read_bytes()
    assert len(pd.read_parquet(f"{to}/data/articles.parquet")) == 10
    with pytest.raises(RunError, match=rf"found {bucket}/velmora/1\.0/"):
        write_release(open_snapshot(sample_out), to, title="Velmora bridge")


def test_what_was_put_is_removed_when_the_store_fails_midway(
    sample_out: Path, place: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, bucket = place
    put_file = type(store).put_file

    def fail_at_the_card(self: Any, local: str, *more: Any, **options: Any) -> None:
        if local.endswith("README.md"):
            raise OSError(28, "No space left on device")
        put_file(self, local, *more, **options)

    monkeypatch.setattr(type(store), "put_file", fail_at_the_card)
    with pytest.raises(RunError, match="found: No space left on device"):
        write_release(open_snapshot(sample_out), f"s3://{bucket}/half", title="x")
    store.invalidate_cache()
    assert store.find(f"{bucket}/half") == []


def test_a_release_is_rehydrated_from_a_store_to_a_store(
    bare: Path, released: Path, sample_checkout: Path, place: tuple[Any, str], tmp_path: Path
) -> None:
    store, bucket = place
    store.put(str(bare), f"{bucket}/bare", recursive=True)
    raws = str(sample_checkout / "data" / "raw")
    done = rehydrate(f"s3://{bucket}/bare", [raws], f"s3://{bucket}/with-text")
    assert done.rebuilt == 10
    store.get(f"{bucket}/with-text/data/", f"{tmp_path}/data/", recursive=True)
    got = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()}
    assert got == {path.name: path.read_bytes() for path in (released / "data").iterdir()}
    with pytest.raises(RunError, match="expected a release of copydesk"):
        rehydrate(f"s3://{bucket}/nothing", [raws], f"s3://{bucket}/x")


@pytest.mark.usefixtures("place")
def test_a_bucket_that_is_not_there_and_an_address_without_a_place_are_one_line(sample_out: Path) -> None:
    with pytest.raises(RunError, match=r"^s3://nowhere/x: expected to write here, found: "):
        write_release(open_snapshot(sample_out), "s3://nowhere/x", title="x")
    with pytest.raises(RunError, match="expected s3://BUCKET/NAME"):
        write_release(open_snapshot(sample_out), "s3://", title="x")
    with pytest.raises(UsageError, match="expected a folder or a place on an object store"):
        write_release(open_snapshot(sample_out), "https://harrow-gazette.example/x", title="x")
