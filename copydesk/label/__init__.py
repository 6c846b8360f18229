"""One label for each block: the public verb is `label`."""

from copydesk.label.labeller import label, label_in_steps

__all__ = ["label", "label_in_steps"]
