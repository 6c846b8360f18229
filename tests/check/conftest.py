"""Tables to be judged."""

from __future__ import annotations

import pytest
from fakes.newsdesk import page, tiny_build, write_pages


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The tables of a build in which nothing is wrong but one refused document."""
    root = tmp_path_factory.mktemp("sound")
    source = write_pages(root / "in", 8, empty="- Only a rail\n", newer=page(3, "A late addition.\n"))
    tiny_build(source, root / "out")
    return root / "out" / "current"
