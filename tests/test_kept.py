"""What is kept of the strings that were met lately."""

from __future__ import annotations

from copydesk.kept import Kept


def test_what_comes_again_and_again_stays_and_what_does_not_is_forgotten() -> None:
    kept: Kept[int] = Kept(10)
    made: list[str] = []

    def value_of(key: str) -> int:
        value = kept.get(key)
        if value is None:
            value = kept.recall(key)
        if value is None:
            made.append(key)
            value = len(key)
            kept.keep(key, value)
        return value

    for number in range(200):
        assert value_of("harbour") == 7
        assert value_of(f"word {number}") == len(f"word {number}")
    assert made.count("harbour") == 1
    assert len(made) == 201
    assert value_of("word 0") == 6 and made[-1] == "word 0"  # it had to be made again


def test_no_more_is_held_than_twice_what_was_said() -> None:
    kept: Kept[str] = Kept(10)
    for number in range(1_000):
        kept.keep(str(number), "x")
        held = sum(str(other) in kept or kept.recall(str(other)) is not None for other in range(number + 1))
        assert held <= 20
        assert len(kept) <= 10
