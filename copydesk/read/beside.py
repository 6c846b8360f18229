"""Where the sidecars of a file are: beside it, and in the folders above it up to the INPUT's own."""

# Names with odd bytes are the business of os; a Path for each of a million files is slow.
# ruff: noqa: PTH118, PTH120, PTH122, PTH208

from __future__ import annotations

import os
from collections.abc import Mapping

from copydesk.read.compressed import unpacked_name
from copydesk.read.sidecar import FOLDER_SIDECAR, SIDECAR_SUFFIX
from copydesk.read.uris import Found
from copydesk.urls import is_url


class SidecarFinder:
    """Which sidecars exist for a file; each folder is looked into once, those of object stores when they are listed."""

    def __init__(self, listed: Mapping[str, frozenset[str]]) -> None:
        self._by_folder: dict[tuple[str, str], tuple[str, ...]] = {}
        self._names = dict(listed)

    def of(self, item: Found) -> tuple[str, ...]:
        folder, name = os.path.split(item.path)
        names = self._sidecar_names(folder)
        plain = unpacked_name(name)
        own = dict.fromkeys(n + SIDECAR_SUFFIX for n in (name, plain, os.path.splitext(plain)[0]))
        beside = tuple(os.path.join(folder, n) for n in own if n in names)
        return beside + self._folder_sidecars(folder, item.base)

    def _folder_sidecars(self, folder: str, base: str) -> tuple[str, ...]:
        """`_meta.json` of the folder and of those above it, up to the INPUT's own folder, nearest first."""
        key = (folder, base)
        if key not in self._by_folder:
            chain = [folder]
            while chain[-1] != base and len(chain[-1]) > len(base):
                chain.append(os.path.dirname(chain[-1]))
            self._by_folder[key] = tuple(
                os.path.join(f, FOLDER_SIDECAR) for f in chain if FOLDER_SIDECAR in self._sidecar_names(f)
            )
        return self._by_folder[key]

    def _sidecar_names(self, folder: str) -> frozenset[str]:
        if folder not in self._names:
            try:
                listed = [] if is_url(folder) else os.listdir(folder)
            except OSError:  # the file inside says so itself when it is opened
                listed = []
            self._names[folder] = frozenset(
                n for n in listed if n == FOLDER_SIDECAR or n.endswith(SIDECAR_SUFFIX)
            )
        return self._names[folder]
