"""What was made of the strings that were met lately, so that it need not be made again."""

from __future__ import annotations

from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(dict[str, Value], Generic[Value]):
    """A dict of the values in use. Look in it first, which costs least; then `recall`; then make the value and `keep` it.

    When `most` are kept, all of them step back, and those that stepped back before are forgotten. What is asked for again
    steps forward, so what comes again and again stays, whatever comes between, and up to twice as many are held.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._back: dict[str, Value] = {}

    def recall(self, key: str) -> Value | None:
        """The value of a key that has stepped back; None where there is none."""
        value = self._back.get(key)
        if value is not None:
            self.keep(key, value)
        return value

    def keep(self, key: str, value: Value) -> None:
        """The value of a key from now on."""
        if len(self) >= self._most:
            self._back = self.copy()
            self.clear()
        self[key] = value
