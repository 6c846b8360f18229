"""Work that pauses between its steps, so that many documents can take each step together.

A processor that does one thing to many documents finds the code and the tables of it in its caches; one that does everything to
one document after the other fetches them anew for each. What is done to a document, and in which order, is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

Value = TypeVar("Value")

# A generator that yields where another document may go on, and returns what came of this one.
Steps = Generator[None, None, Value]


def finish(steps: Steps[Value]) -> Value:
    """All steps at once."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # what the generator returns


def finish_together(documents: Sequence[Steps[Value]], turn: Callable[[int], None]) -> list[Value]:
    """The first step of each document, then the second of each, to the end of all; what came of each, in the order given.

    `turn` is told the number of a document before each of its steps. What a step raises goes through.
    """
    came_of: dict[int, Value] = {}
    open_numbers = list(range(len(documents)))
    while open_numbers:
        for number in open_numbers:
            turn(number)
            try:
                next(documents[number])
            except StopIteration as end:
                came_of[number] = end.value
        open_numbers = [number for number in open_numbers if number not in came_of]
    return [came_of[number] for number in range(len(documents))]
