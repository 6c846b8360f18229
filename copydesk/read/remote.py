"""INPUTs by URL: objects listed and opened through fsspec, nothing but what was named.

A folder or glob of an object store is listed once, and its sidecars with it. An address of the web is one file: no page of
links is read, no redirect followed. What lies in this process's memory (memory://) goes with the Input, since workers cannot
see it.
"""

from __future__ import annotations

import posixpath
import re
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from copydesk.errors import RunError
from copydesk.read.uris import Found
from copydesk.read.walk import GLOB_MARKS, is_beside, is_folder_note
from copydesk.urls import as_run_error, is_web, open_store


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies under one INPUT, and the names of the sidecars in each folder of it."""

    found: tuple[Found, ...]
    sidecars: Mapping[str, frozenset[str]]


def list_remote(named: str) -> Listing:
    """The documents of one INPUT. Raises RunError where nothing is there or the store cannot be spoken to."""
    store, path = open_store(named)
    with as_run_error(named, "an object, a folder or a glob that can be listed"):
        if is_web(named):
            return Listing((_web_file(store, named),), {})
        pattern = None
        if any(mark in path for mark in GLOB_MARKS) and not store.exists(path):
            pattern, path = re.compile(_regex(path)), _fixed_part(path)
        objects = {name: facts for name, facts in store.find(path, detail=True).items() if _is_file(facts)}
    alone = pattern is None and list(objects) == [path]
    base = posixpath.dirname(path) if alone else path.rstrip("/")
    sidecars: defaultdict[str, set[str]] = defaultdict(set)
    found = []
    for name, facts in objects.items():
        folder, own = posixpath.split(name)
        if not alone and _is_hidden(name[len(base) :]):
            continue
        if not alone and is_beside(own):
            sidecars[store.unstrip_protocol(folder)].add(own)
        elif pattern is None or pattern.fullmatch(name):
            found.append(_found(store, name, base, facts, alone))
    return Listing(tuple(found), {folder: frozenset(names) for folder, names in sidecars.items()})


def read_memory(url: str) -> bytes | None:
    """The content of what lies in this process; None for all else."""
    if not url.startswith("memory://"):
        return None
    store, path = open_store(url)
    with as_run_error(url, "an object"):
        return bytes(store.cat_file(path))


def _found(store: Any, name: str, base: str, facts: Mapping[str, Any], alone: bool) -> Found:
    url, root = str(store.unstrip_protocol(name)), str(store.unstrip_protocol(base))
    size = int(facts.get("size") or 0)
    if not alone and is_folder_note(posixpath.basename(name)):
        note = ("folder-note", "it describes its folder; name it as an INPUT to read it")
        return Found(url, root, size, note, _stamp(facts))
    return Found(url, root, size, stamp=_stamp(facts))


def _web_file(store: Any, url: str) -> Found:
    plain = url.rstrip("/")
    facts = store.info(url)
    return Found(url, posixpath.dirname(plain), int(facts.get("size") or 0), stamp=_stamp(facts))


def _stamp(facts: Mapping[str, Any]) -> str:
    """What the store says that changes with the content; where it says nothing, the object counts as changed."""
    for key in ("ETag", "etag", "md5Hash", "mtime", "LastModified", "last_modified", "created"):
        if facts.get(key):
            return f"{facts.get('size')}-{facts[key]}"
    return uuid.uuid4().hex


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") and part not in (".", "..") for part in path.split("/"))


def _is_file(facts: Mapping[str, Any]) -> bool:
    return facts.get("type") == "file" and not str(facts["name"]).endswith("/")


def _regex(path: str) -> str:
    from fsspec.utils import glob_translate

    return str(glob_translate(path))


def _fixed_part(path: str) -> str:
    """The folder above the first part with a wildcard."""
    parts = path.split("/")
    first = next(i for i, part in enumerate(parts) if any(mark in part for mark in GLOB_MARKS))
    if first == 0:
        raise RunError(f"expected a bucket without wildcards, found {path!r}")
    return "/".join(parts[:first]) or "/"
