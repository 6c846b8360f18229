"""Files by URL: which stores are spoken to, how one is opened, and its faults as one line. What lies there is others' business.

Credentials and endpoints come from where each store's own tools look for them (`AWS_…`, `GOOGLE_…`) or from fsspec's settings
(`FSSPEC_S3_ENDPOINT_URL`); none is an argument here, so none ends in a table or a log.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from copydesk.errors import RunError

BUFFER_BYTES = 1 << 20
BLOCK_BYTES = 8 << 20  # of one request

# Protocol: the extra with the package that speaks it.
PROTOCOLS = {
    "s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "abfs": "azure", "az": "azure", "http": "http", "https": "http",
    "memory": None,
}  # fmt: skip
# Their faults have no common base; a package that is not loaded raises none.
_FAULTS = (
    ("botocore.exceptions", ("BotoCoreError", "ClientError")),
    ("aiohttp", ("ClientError",)),
    ("gcsfs.retry", ("HttpError",)),
    ("google.auth.exceptions", ("GoogleAuthError",)),
    ("azure.core.exceptions", ("AzureError",)),
)


def is_url(named: object) -> bool:
    """Whether this names something by URL and not by path."""
    return isinstance(named, str) and "://" in named


def is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def short_name(named: object) -> str:
    """The last part of a path or a URL."""
    return str(named).rstrip("/").rpartition("/")[2] or str(named)


def open_store(url: str) -> tuple[Any, str]:
    """The fsspec file system that holds this URL, and the URL's path in it. Raises RunError where it cannot be spoken to."""
    protocol = url.split("://", 1)[0].lower()
    if protocol not in PROTOCOLS or "::" in url:
        raise RunError(f"expected a URL of {', '.join(PROTOCOLS)}, found {_shown(url)}")
    if protocol == "s3" and not url[5:].strip("/"):
        raise RunError(f"expected s3://BUCKET/NAME, found {_shown(url)}")
    options: dict[str, Any] = {}
    if is_web(url):
        # What a server sends elsewhere was not named.
        options = {"allow_redirects": False, "client_kwargs": {"raise_for_status": _refuse_redirects}}
    try:
        fsspec = import_module("fsspec.core")
        store, path = fsspec.url_to_fs(url, use_listings_cache=False, **options)
    except ImportError:
        extra = PROTOCOLS[protocol]
        raise RunError(
            f"{_shown(url)}: expected the package that speaks {protocol}; pip install 'copydesk[{extra}]'"
        ) from None
    except ValueError as fault:
        raise RunError(f"expected a URL, found {_shown(url)}: {fault}") from None
    return store, str(path)


def open_remote(url: str) -> io.BufferedReader:
    """An object as a file that can be read at any place. Raises OSError where that fails."""
    try:
        store, path = open_store(url)
    except RunError as fault:
        raise OSError(str(fault)) from None
    with as_os_error():
        raw = store.open(path, "rb", block_size=BLOCK_BYTES, cache_type="readahead")
    return io.BufferedReader(_Faulty(raw), BUFFER_BYTES)


def faults() -> tuple[type[BaseException], ...]:
    """What reading from a store or writing to it may raise."""
    found: list[type[BaseException]] = [OSError]
    for module, names in _FAULTS:
        if module in sys.modules:
            found += [getattr(sys.modules[module], name) for name in names]
    return tuple(found)


def reason(fault: BaseException) -> str:
    """What a store says is wrong, in one line."""
    if (
        isinstance(fault, FileNotFoundError) and fault.errno is None
    ):  # of fsspec, which says the rest in its cause
        words: object = fault.__cause__ or "nothing there"
    else:
        words = getattr(fault, "strerror", None) or fault
    return " ".join(str(words).split())[:200] or type(fault).__name__


@contextlib.contextmanager
def as_run_error(url: str, wanted: str) -> Iterator[None]:
    """A fault of the store as the run's: `wanted` says what was expected."""
    try:
        yield
    except faults() as fault:
        raise RunError(f"{_shown(url)}: expected {wanted}, found: {reason(fault)}") from fault


@contextlib.contextmanager
def as_os_error() -> Iterator[None]:
    """A fault of the store as a file's."""
    try:
        yield
    except OSError:
        raise
    except faults() as fault:
        raise OSError(reason(fault)) from fault


class _Faulty(io.RawIOBase):
    """A store's file whose every fault is an OSError."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with as_os_error():
            return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def readinto(self, buffer: Any) -> int:
        with as_os_error():
            content = self._file.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


async def _refuse_redirects(response: Any) -> None:
    if 300 <= response.status < 400:
        raise OSError(f"the server sends elsewhere (HTTP status {response.status}); name that address")


def _shown(url: str) -> str:
    """The URL without a password in it."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    shown = f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
    return shown if shown.isprintable() else ascii(shown)
