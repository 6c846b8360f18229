"""Releases on S3: a real server on this machine."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from moto.server import ThreadedMotoServer

from copydesk.errors import RunError, UsageError
from copydesk.rehydrate import rehydrate
from copydesk.release import write_release
from copydesk.snapshot import open_snapshot

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture
def bucket(tmp_path: Path) -> str:
    """A name of the test's own, since the server remembers those of earlier ones."""
    return hashlib.sha256(str(tmp_path).encode()).hexdigest()[:20]


@pytest.fixture
def store(bucket: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an empty bucket."""
    import s3fs

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in (
        ("AWS_ENDPOINT_URL", f"http://{host}:{port}"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    client = s3fs.S3FileSystem()
    client.mkdir(bucket)
    yield client
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def test_a_release_on_a_store_is_the_one_on_disk(
    sample_out: Path, bare: Path, store: Any, bucket: str, tmp_path: Path
) -> None:
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
    sample_out: Path, store: Any, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def test_a_release_is_rehydrated_to_a_store(
    bare: Path, sample_checkout: Path, store: Any, bucket: str
) -> None:
    done = rehydrate(bare, [str(sample_checkout / "data" / "raw")], f"s3://{bucket}/with-text")
    assert done.rebuilt == 10
    assert store.exists(f"{bucket}/with-text/SHA256SUMS")


def test_a_bucket_that_is_not_there_and_an_address_without_a_place_are_one_line(
    sample_out: Path, store: Any, bucket: str
) -> None:
    with pytest.raises(RunError, match=r"^s3://nowhere/x: expected to write here, found: "):
        write_release(open_snapshot(sample_out), "s3://nowhere/x", title="x")
    with pytest.raises(UsageError, match="expected a place in the store, found none"):
        write_release(open_snapshot(sample_out), "s3://", title="x")
