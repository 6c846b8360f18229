"""From what the user names to bytes, and from bytes to text whose format is known.

`find_inputs` lists documents and opens none, `read_pages` opens one, `decode` and `sniff` say how its bytes
are text.
"""

from copydesk.read.decode import decode
from copydesk.read.sidecar import sidecar_warnings
from copydesk.read.sniff import sniff, sniff_bytes
from copydesk.read.sources import PART_BYTES, Input, find_inputs, read_pages, split_input

__all__ = [
    "PART_BYTES",
    "Input",
    "decode",
    "find_inputs",
    "read_pages",
    "sidecar_warnings",
    "sniff",
    "sniff_bytes",
    "split_input",
]
