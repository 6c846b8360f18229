"""One label for each block: the public verb is `label`."""

from copydesk.label.labeller import label

__all__ = ["label"]
