"""What a process is told of the memory that it holds."""

import os

from copydesk.memory import resident_bytes, trim_heap

HELD = 64_000_000
NO_PROCESS = 2**22 + 1  # above the largest number that Linux gives


def test_memory_in_use_counts_and_what_was_given_back_does_not():
    before = resident_bytes()
    held = bytearray(b"x" * HELD)
    assert resident_bytes() - before > 0.9 * HELD
    assert resident_bytes(os.getpid()) - before > 0.9 * HELD
    del held
    trim_heap()
    assert resident_bytes() - before < 0.5 * HELD


def test_nothing_is_told_of_a_process_that_is_not_there():
    assert resident_bytes(NO_PROCESS) == 0
