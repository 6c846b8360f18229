"""Which of many items have much in common: candidate pairs from shared keys, and groups around one of them.

Articles and quotes go the same way. An item is a number and a sketch: some of its word runs, as hashes. The sketch is Broder's
(On the resemblance and containment of documents, 1997): the keys that a fixed fraction of all hashes selects, so that a copy cut
short still shares its part, which plain MinHash signatures cannot see. See docs/decisions/0007.
Everything depends on the set of items alone: items are ordered by size and content, never by arrival.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from copydesk.corpus.store import ScratchDatabase
    from copydesk.corpus.wording import Keys

    Pairs = NDArray[np.int32]

Item = TypeVar("Item")

LINKS = 24  # a key of many items links each to the first of them and to its neighbours only, so that work stays linear
MOST_ITEMS = 2**31 - 1
_MASK = 2**64 - 1
MOST_SHARED = 20_000  # a key of more different items than this tells nothing
BUFFERED_KEYS = 200_000
SHARE_ROWS = 200_000  # that are put together at once


def sketch(keys: Keys, one_in: int, at_least: int) -> Keys:
    """The keys that stand for an item, of its different ones, sorted: one in `one_in` of all hashes, and of a small item its
    `at_least` smallest.
    """
    import numpy as np

    limit = np.uint64(2**64 // one_in - 1) if one_in > 1 else np.uint64(2**64 - 1)
    chosen: Keys = keys[: max(at_least, int(np.searchsorted(keys, limit, side="right")))]
    return chosen


class SharedKeys:
    """Items and their keys in a scratch database; asked once, when all are in."""

    def __init__(self, database: ScratchDatabase, name: str) -> None:
        self._database, self._name = database, name
        self._items: list[tuple[int, int, int, int]] = []
        self._keys: list[Keys] = []
        self._buffered = 0
        database.run(f"CREATE TABLE {name}_items (number INTEGER, size INTEGER, tie UBIGINT, same UBIGINT)")
        database.run(f"CREATE TABLE {name}_keys (number INTEGER, key UBIGINT)")

    def add(self, number: int, keys: Keys, tie: int) -> None:
        """`keys` are distinct; `tie` orders items of equal size and must come from the item's content or id."""
        self._items.append((number, len(keys), tie, hash(keys.tobytes()) & _MASK))
        self._keys.append(keys)
        self._buffered += len(keys)
        if self._buffered >= BUFFERED_KEYS:
            self._flush()

    def pairs(self, least_shared: int, least_share: float) -> Pairs:
        """Pairs that share at least so many keys, and so large a share of the smaller one's: a row each, the larger first."""
        import numpy as np

        self._flush()
        database, name = self._database, self._name
        # A place among the items is a row number: sorting goes to disk where it must, a window over all rows does not.
        database.run(
            f"CREATE TABLE {name}_placed AS SELECT number, size, same FROM {name}_items ORDER BY size DESC, tie, number"
        )
        # Of many items with the very same keys the first stands for the others wherever they meet different ones.
        database.run(
            f"""
            CREATE TABLE {name}_firsts AS
            SELECT same, min(rowid) AS first FROM {name}_placed GROUP BY same HAVING count(*) > {LINKS}
            """
        )
        database.run(f"CREATE TABLE {name}_linked (x INTEGER, y INTEGER, shared INTEGER)")
        for keys in in_shares(database, f"{name}_keys", "key"):
            posted = f"""
                SELECT k.key, p.rowid AS place FROM {keys} k JOIN {name}_placed p USING (number)
                LEFT JOIN {name}_firsts f USING (same) WHERE f.first IS NULL OR f.first = p.rowid
                """
            linked = _linked(posted, MOST_SHARED)
            database.run(f"INSERT INTO {name}_linked SELECT x, y, count(*) FROM ({linked}) GROUP BY x, y")
        for items in in_shares(database, f"{name}_placed", "same"):
            posted = f"SELECT same AS key, place FROM {items} SEMI JOIN {name}_firsts USING (same)"
            linked = _linked(posted, MOST_ITEMS)
            database.run(
                f"INSERT INTO {name}_linked SELECT x, y, p.size FROM ({linked}) JOIN {name}_placed p ON p.rowid = y"
            )
        found = database.arrays(
            f"""
            WITH counted AS (
                SELECT x, y, sum(shared) AS shared FROM {name}_linked GROUP BY x, y HAVING sum(shared) >= {least_shared}
            )
            SELECT a.number AS first, b.number AS second
            FROM counted JOIN {name}_placed a ON a.rowid = x JOIN {name}_placed b ON b.rowid = y
            WHERE shared >= {least_share} * b.size
            ORDER BY x, y
            """
        )
        for table in ("items", "keys", "placed", "firsts", "linked"):
            database.run(f"DROP TABLE {name}_{table}")
        # Whole arrays, since there may be millions of pairs.
        return np.stack([found["first"], found["second"]], axis=1)

    def _flush(self) -> None:
        import numpy as np
        import pyarrow as pa

        if not self._items:
            return
        numbers, sizes, ties, same = zip(*self._items, strict=True)
        items = {
            "number": pa.array(numbers, pa.int32()),
            "size": pa.array(sizes, pa.int32()),
            "tie": pa.array(ties, pa.uint64()),
            "same": pa.array(same, pa.uint64()),
        }
        owners = np.repeat(np.array(numbers, np.int32), np.array(sizes, np.int64))
        keys = {"number": pa.array(owners), "key": pa.array(np.concatenate(self._keys))}
        self._database.insert(f"{self._name}_items", items)
        self._database.insert(f"{self._name}_keys", keys)
        self._items, self._keys, self._buffered = [], [], 0


def _linked(posted: str, most: int) -> str:
    """Pairs (x, y) of places that have a key in common, of rows (key, place); keys of more than `most` places are left out."""
    return f"""
        WITH posted AS (
            SELECT key, place, count(*) OVER (PARTITION BY key) AS n,
                   row_number() OVER (PARTITION BY key ORDER BY place) AS nth
            FROM ({posted})
        ), common AS (
            SELECT key, place, nth FROM posted WHERE n BETWEEN 2 AND {most}
        )
        SELECT a.place AS x, b.place AS y FROM common a JOIN common b ON a.key = b.key
        WHERE a.nth <= {LINKS} AND a.nth < b.nth
        UNION ALL
        SELECT a.place, b.place
        FROM (SELECT key, place, nth, unnest(range(1, {LINKS + 1})) AS step FROM common WHERE nth > {LINKS}) a
        JOIN common b ON a.key = b.key AND b.nth = a.nth + a.step
        """


def in_shares(database: ScratchDatabase, table: str, column: str) -> Iterator[str]:
    """The rows of a table in tables of about SHARE_ROWS each, one after the other; rows of equal `column`, a hash, are in the
    same. `place` is where a row stands in the whole table.

    Counting and joining rows that are equal in it then takes the memory of one share, however many there are. For a query that
    selects a share DuckDB would make room by the size of the whole.
    """
    ((rows,),) = database.rows(f"SELECT count(*) FROM {table}")
    shares = max(1, -(-rows // SHARE_ROWS))
    for share in range(shares):
        database.run(
            f"CREATE TABLE share AS SELECT *, rowid AS place FROM {table} WHERE {column} % {shares} = {share}"
        )
        yield "share"
        database.run("DROP TABLE share")


def picked(items: Iterable[Item], pairs: Pairs) -> Iterator[tuple[int, Item]]:
    """The items that are in a pair, with their numbers."""
    import numpy as np

    wanted = np.zeros(int(pairs.max()) + 1 if len(pairs) else 0, np.bool_)
    wanted[pairs.ravel()] = True
    return ((number, item) for number, item in zip(range(len(wanted)), items, strict=False) if wanted[number])


def groups_around(
    neighbours: Mapping[int, set[int]],
    rank: Callable[[int, set[int]], Any],
    joins: Callable[[int, int, list[int]], bool] = lambda centre, item, members: True,
) -> list[tuple[int, list[int]]]:
    """Groups of items that are all alike to one of them, the centre, which comes with them: (centre, members).

    The centre is the item of lowest `rank(item, neighbours that are left)`; what it does not reach forms groups of its
    own, so that a chain of small differences never joins two things that differ. `joins` may refuse a member in view of the
    members so far, which are asked in the order of their rank. What is alike to nothing that is left is a group of its own.
    """
    left = set(neighbours)
    current = {item: rank(item, neighbours[item] & left) for item in left}
    waiting = [(place, item) for item, place in current.items()]
    heapify(waiting)
    groups = []
    while waiting:
        place, centre = heappop(waiting)
        if centre not in left or place != current[centre]:
            continue  # its neighbours have left since; it waits under its newer rank
        members = [centre]
        for item in sorted(neighbours[centre] & left, key=lambda item: (current[item], item)):
            if joins(centre, item, members):
                members.append(item)
        left.difference_update(members)
        for item in {other for member in members for other in neighbours[member]} & left:
            current[item] = rank(item, neighbours[item] & left)
            heappush(waiting, (current[item], item))
        groups.append((centre, members))
    return groups
