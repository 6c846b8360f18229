"""A real S3 server on this machine, and the environment in which all clients of this process and its children find it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch


@contextmanager
def s3_server() -> Iterator[None]:
    """An S3 server while the block runs."""
    from moto.server import ThreadedMotoServer
    from s3fs import S3FileSystem

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    try:
        with patch.dict(os.environ, environment):
            S3FileSystem.clear_instance_cache()
            yield
    finally:
        S3FileSystem.clear_instance_cache()
        server.stop()


def new_bucket(**files: bytes) -> tuple[Any, str]:
    """A client, and the name of a bucket of one's own."""
    from s3fs import S3FileSystem

    store = S3FileSystem()
    name = f"corpus-{secrets.token_hex(4)}"
    store.mkdir(name)
    for path, content in files.items():
        store.pipe_file(f"{name}/{path}", content)
    return store, name
